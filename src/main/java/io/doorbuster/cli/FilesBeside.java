package io.doorbuster.cli;

import io.doorbuster.sale.Finding;
import io.doorbuster.sale.NamedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that a sale file names, read beside it.
 *
 * @param mistakes those that are not there, or too large
 */
public record FilesBeside(Map<NamedFile, byte[]> contents, List<Finding> mistakes) {
  /**
   * Reads them.
   *
   * @param file the sale's
   */
  public static FilesBeside read(Path file, List<NamedFile> all) {
    Map<NamedFile, byte[]> contents = new LinkedHashMap<>();
    List<Finding> mistakes = new ArrayList<>();
    for (NamedFile named : all) {
      try {
        Path path = file.resolveSibling(named.name());
        if (Files.size(path) > named.kind().bytesMax()) {
          String most = "has more than " + named.kind().bytesMax() / 1024 + " KB; make it smaller";
          mistakes.add(mistake(file, named, most));
        } else {
          contents.put(named, Files.readAllBytes(path));
        }
      } catch (IOException e) {
        String why = "can not be read beside this file: " + Unreadable.reason(e);
        mistakes.add(mistake(file, named, why));
      }
    }
    return new FilesBeside(contents, mistakes);
  }

  private static Finding mistake(Path file, NamedFile named, String why) {
    return new Finding(
        file.toString(), named.line(), named.kind().key(), "`" + named.name() + "` " + why);
  }
}
