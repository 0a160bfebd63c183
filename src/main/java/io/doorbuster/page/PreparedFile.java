package io.doorbuster.page;

import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Hmac;
import io.doorbuster.sale.ShopFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An uploaded file as it will be published, or what is wrong with it.
 *
 * @param file to be kept, with its forms
 * @param contents of the forms, by their hash
 * @param mistakes each that there is; with one of them the file is not to be kept
 */
public record PreparedFile(ShopFile file, Map<String, byte[]> contents, List<Finding> mistakes) {

  /** A content with its type: jpg, png, html or css. */
  record Made(String type, int width, int height, byte[] bytes) {}

  /**
   * Prepares a file; scaling a large photo takes some seconds.
   *
   * @param template tells every mistake in a page
   */
  static PreparedFile of(
      FileKind kind, String name, byte[] bytes, Function<String, List<Finding>> template) {
    if (bytes.length == 0) {
      return wrong(kind, name, "it is empty");
    }
    if (kind == FileKind.IMAGE) {
      Pictures.Outcome outcome = Pictures.make(bytes);
      return outcome.wrong().isEmpty()
          ? made(kind, name, bytes, outcome.widths())
          : wrong(kind, name, outcome.wrong());
    }
    Optional<String> text = text(bytes);
    if (text.isEmpty()) {
      return wrong(kind, name, "it is no text in UTF-8");
    }
    List<Finding> mistakes = kind == FileKind.HTML ? template.apply(text.get()) : List.of();
    String type = kind == FileKind.HTML ? "html" : "css";
    return mistakes.isEmpty()
        ? made(kind, name, bytes, List.of(new Made(type, 0, 0, bytes)))
        : new PreparedFile(new ShopFile(kind, name, "", List.of()), Map.of(), mistakes);
  }

  private static PreparedFile made(FileKind kind, String name, byte[] bytes, List<Made> made) {
    Map<String, byte[]> contents = new HashMap<>();
    List<ShopFile.Form> forms = new ArrayList<>();
    for (Made one : made) {
      String hash = Hmac.digestHex(one.bytes());
      contents.put(hash, one.bytes());
      forms.add(new ShopFile.Form(hash, one.type(), one.width(), one.height()));
    }
    ShopFile file = new ShopFile(kind, name, Hmac.digestHex(bytes), forms);
    return new PreparedFile(file, contents, List.of());
  }

  private static PreparedFile wrong(FileKind kind, String name, String why) {
    return new PreparedFile(
        new ShopFile(kind, name, "", List.of()), Map.of(), List.of(new Finding(name, 0, "", why)));
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.indexOf('\0') >= 0 ? Optional.empty() : Optional.of(text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
