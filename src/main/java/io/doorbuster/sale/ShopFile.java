package io.doorbuster.sale;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of a sale that the server has, as it was uploaded and as it is published.
 *
 * @param name in the sale file when it was uploaded
 * @param sha256 of what was uploaded, in hex
 */
public record ShopFile(FileKind kind, String name, String sha256, List<Form> forms) {
  /**
   * One published content; its bytes stand in the store under their hash.
   *
   * @param hash SHA-256 of the content, in hex
   * @param type the ending of its name: jpg, png, html or css
   * @param width in pixels, 0 for what is no picture
   * @param height likewise
   */
  public record Form(String hash, String type, int width, int height) {}

  public ShopFile {
    forms = List.copyOf(forms);
  }

  static String encode(List<ShopFile> files) {
    JsonArray all = new JsonArray();
    for (ShopFile file : files) {
      JsonArray forms = new JsonArray();
      for (Form form : file.forms) {
        forms.add(
            new JsonObject()
                .put("hash", form.hash)
                .put("type", form.type)
                .put("width", form.width)
                .put("height", form.height));
      }
      all.add(
          new JsonObject()
              .put("kind", file.kind.key())
              .put("name", file.name)
              .put("sha256", file.sha256)
              .put("forms", forms));
    }
    return all.encode();
  }

  static List<ShopFile> decode(String text) {
    List<ShopFile> files = new ArrayList<>();
    JsonArray all = new JsonArray(text);
    for (int i = 0; i < all.size(); i++) {
      JsonObject file = all.getJsonObject(i);
      List<Form> forms = new ArrayList<>();
      JsonArray made = file.getJsonArray("forms");
      for (int k = 0; k < made.size(); k++) {
        JsonObject form = made.getJsonObject(k);
        forms.add(
            new Form(
                form.getString("hash"),
                form.getString("type"),
                form.getInteger("width"),
                form.getInteger("height")));
      }
      FileKind kind = FileKind.find(file.getString("kind")).orElseThrow();
      files.add(new ShopFile(kind, file.getString("name"), file.getString("sha256"), forms));
    }
    return List.copyOf(files);
  }
}
