/*! @vitest-environment jsdom */
import { expect, it } from "vitest";
import { Film } from "../../../src/annotator/stage/film.ts";

// jsdom animates nothing.
Object.assign(Element.prototype, { animate: () => ({ pause() {} }) });

const picture = { width: 1_000, height: 500 };

function makeFilm(): { film: Film; look: () => { width: string; height: string; transform: string } } {
  const film = new Film();
  film.margin = { left: 10, top: 10, right: 10, bottom: 30 };
  const look = () => {
    const { width, height, transform } = film.element.style;
    return { width, height, transform };
  };
  return { film, look };
}

it("has its margin around the picture at rest, at any scale", () => {
  const { film, look } = makeFilm();
  film.place(1, picture, false);
  expect(look()).toEqual({ width: "1020px", height: "540px", transform: "translate(-10px, -10px)" });
  film.place(0.5, picture, false);
  expect(look()).toEqual({ width: "520px", height: "290px", transform: "translate(-10px, -10px)" });
});

it("is stretched to its size while the view moves, up to twice, and laid out when it rests", () => {
  const { film, look } = makeFilm();
  film.place(1, picture, false);
  const laidOut = look();
  film.place(1.5, picture, true);
  const { transform, ...size } = look();
  expect(size).toEqual({ width: laidOut.width, height: laidOut.height });
  expect(transform).toBe(`translate(-10px, -10px) scale(${1_520 / 1_020}, ${790 / 540})`);
  // Back where it was: it is not stretched any more.
  film.place(1, picture, true);
  film.place(1, picture, false);
  expect(look()).toEqual(laidOut);

  film.place(2.1, picture, true);
  expect(look()).toEqual({ width: "2120px", height: "1090px", transform: "translate(-10px, -10px)" });
  film.place(1, picture, true);
  expect(look().width).toBe("1020px");
});
