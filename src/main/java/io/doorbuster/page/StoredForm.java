package io.doorbuster.page;

/** The one form in which a bucket keeps a file. */
public enum StoredForm {
  /** Every browser takes it, and what does not can have it undone by nginx. */
  GZIP,
  /** A sixth smaller; browsers take it by TLS only. */
  BR,
  /** For a CDN that compresses by itself. */
  NONE
}
