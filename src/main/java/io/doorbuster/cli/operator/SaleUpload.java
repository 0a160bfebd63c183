package io.doorbuster.cli.operator;

import io.doorbuster.cli.FilesBeside;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Hmac;
import io.doorbuster.sale.SaleFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files that a sale file names: found beside it, and sent where the server lacks them. */
final class SaleUpload {
  private final Path file;
  private final FilesBeside beside;
  private final Map<String, byte[]> contents = new HashMap<>();

  /** Reads them all. */
  SaleUpload(Path file, String text) {
    this.file = file;
    beside = FilesBeside.read(file, SaleFile.parse(file.toString(), text).files());
    beside.contents().forEach((named, bytes) -> contents.put(named.name(), bytes));
  }

  /** Those that are not there, or too large. */
  List<Finding> mistakes() {
    return beside.mistakes();
  }

  /**
   * Sends what the server does not have in the same content.
   *
   * @param files as the server has them
   * @return false where it refused one; why is printed
   */
  boolean send(
      AdminClient client, String sale, @Nullable JsonArray files, PrintWriter out, PrintWriter err)
      throws CallFailed, InterruptedException {
    boolean all = true;
    for (JsonObject known : SaleText.objects(files == null ? new JsonArray() : files)) {
      String name = known.getString("name");
      byte[] bytes = contents.get(name);
      if (bytes == null || Hmac.digestHex(bytes).equals(known.getString("sha256"))) {
        continue;
      }
      try {
        client.put(SaleCommand.path(sale) + "/files/" + AdminClient.segment(name), bytes);
        out.println("sent " + name);
      } catch (CallFailed e) {
        JsonArray findings = e.problem().map(p -> p.getJsonArray("findings")).orElse(null);
        if (findings == null) {
          throw e;
        }
        SaleText.findings(err, file.resolveSibling(name), "", findings);
        all = false;
      }
    }
    return all;
  }
}
