-- What a review says of an annotation. Before there were reviews: none.
ALTER TABLE annotations ADD COLUMN review TEXT NOT NULL DEFAULT 'none';
