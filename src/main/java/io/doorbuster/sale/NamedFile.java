package io.doorbuster.sale;

/** A file beside the sale file, which names it on a line. */
public record NamedFile(FileKind kind, String name, int line) {}
