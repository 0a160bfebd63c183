package io.doorbuster.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Why a file can not be read, in words: the JDK's message is often the file's name alone. */
public final class Unreadable {
  private Unreadable() {}

  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this account may not read it";
      case CharacterCodingException _ -> "it is no text in UTF-8";
      default -> String.valueOf(e.getMessage());
    };
  }
}
