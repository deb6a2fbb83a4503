import annotator from "./annotator.css";
import controls from "./controls.css";
import dialogs from "./dialogs.css";
import forcedColors from "./forced-colors.css";
import history from "./history.css";
import stage from "./stage.css";
import thread from "./thread.css";
import tokens from "./tokens.css";
import tools from "./tools.css";

let sheets: CSSStyleSheet[] | undefined;

/**
 * The styles of a shadow root, the same ones for all annotators of a page. Sheets that a script makes are allowed by a
 * content security policy that forbids inline styles.
 */
export function readStyleSheets(): CSSStyleSheet[] {
  sheets ??= [tokens, controls, annotator, stage, tools, thread, history, dialogs, forcedColors].map(
    (text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    },
  );
  return sheets;
}
