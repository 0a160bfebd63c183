package io.doorbuster.page;

/** The one form in which a bucket keeps a file. */
public enum StoredForm {
  /** Every browser takes it, and what does not can have it undone by nginx. */
  GZIP,
  /** Smaller; browsers take it by TLS only, and nginx undoes it for nobody. */
  BR,
  /** For a CDN that compresses by itself. */
  NONE
}
