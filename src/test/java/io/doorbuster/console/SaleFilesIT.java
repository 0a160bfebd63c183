package io.doorbuster.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.Photos;
import io.doorbuster.Stage;
import io.doorbuster.page.PagePublisher.Published;
import io.doorbuster.page.PageRenderer;
import io.doorbuster.sale.Hmac;
import io.doorbuster.sale.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a sale on their way to its page, over a real server with a real database. */
@Tag("store")
final class SaleFilesIT {
  private static final String SALE = "/admin/api/sales/boots";
  private static final String PAGE = PageRenderer.ownFiles().getOrDefault("sale.html", "");
  private static final byte[] CSS = "main { color: red }\n".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private Stage stage;
  private Operator operator;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void open() throws Exception {
    stage = new Stage(folder);
    operator = new Operator(stage);
    add("image: images/boots.jpg\npage: {html: page.html, css: page.css}");
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    operator.close();
    stage.close();
  }

  private JsonArray add(String more) throws Exception {
    return operator
        .post("/admin/api/sales", stage.yaml("boots", 20, more))
        .json()
        .getJsonArray("files");
  }

  private HttpResponse<String> put(String name, byte[] bytes) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(stage.adminUrl() + SALE + "/files/" + name))
            .header("Authorization", "Bearer " + Stage.TOKEN)
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private void putAll() throws Exception {
    assertThat(put("images%2Fboots.jpg", Photos.jpeg(2_000, 1_500)).statusCode()).isEqualTo(200);
    assertThat(put("page.html", own("My own")).statusCode()).isEqualTo(200);
    assertThat(put("page.css", CSS).statusCode()).isEqualTo(200);
  }

  private static byte[] own(String words) {
    return PAGE.replace("<main>", "<main><p>" + words + "</p>").getBytes(StandardCharsets.UTF_8);
  }

  private List<String> paths() {
    return stage.pages.list("boots").stream().map(Published::path).toList();
  }

  @Test
  void files_fromMissingToPublished_areToldByTheirHash() throws Exception {
    JsonArray missing = operator.get(SALE).json().getJsonArray("files");
    assertThat(missing).hasSize(3);
    assertThat(missing.getJsonObject(0).encode())
        .isEqualTo("{\"key\":\"image\",\"name\":\"images/boots.jpg\",\"sha256\":null}");
    Operator.Said early = operator.post(SALE + "/publish", "");
    assertThat(early.status()).isEqualTo(409);
    assertThat(early.json().getString("detail"))
        .contains("images/boots.jpg, page.html, page.css; run sale add again");

    putAll();
    JsonObject css = operator.get(SALE).json().getJsonArray("files").getJsonObject(2);
    assertThat(css.getString("sha256")).isEqualTo(Hmac.digestHex(CSS));
    assertThat(operator.post(SALE + "/publish", "").status()).isEqualTo(200);
    assertThat(paths())
        .anyMatch(path -> path.matches("/s/boots/boots-480\\.[0-9a-f]{12}\\.jpg"))
        .anyMatch(path -> path.matches("/s/boots/boots-960\\.[0-9a-f]{12}\\.jpg"))
        .anyMatch(path -> path.matches("/s/boots/boots-1600\\.[0-9a-f]{12}\\.jpg"));
    assertThat(paths().stream().filter(path -> path.endsWith(".css") && path.contains("sale.")))
        .hasSize(1);
    for (Published file : stage.pages.list("boots")) {
      boolean photo = file.path().endsWith(".jpg");
      assertThat(file.gzip()).as(file.path()).matches(gzip -> !photo || gzip == 0);
      assertThat(file.compressed()).isPositive();
    }
    assertThat(operator.get(SALE + "/page").json().getInteger("firstView")).isPositive();
  }

  @Test
  void put_ofAFileOfALiveSale_changesThePageAtOnce_andAPauseReadsNoneOfIt() throws Exception {
    putAll();
    operator.post(SALE + "/publish", "");
    List<String> before = paths();
    stage.database.write(
        connection -> {
          try (Statement delete = connection.createStatement()) {
            return delete.executeUpdate("DELETE FROM sale_file");
          }
        });
    operator.post(SALE + "/pause", "");
    assertThat(paths()).isEqualTo(before);
    assertThat(put("page.css", "p {}".getBytes(StandardCharsets.UTF_8)).statusCode())
        .isEqualTo(200);
    assertThat(paths()).isNotEqualTo(before).hasSameSizeAs(before);
  }

  @Test
  void publish_afterARestart_hasTheFilesFromTheStore() throws Exception {
    putAll();
    operator.post(SALE + "/publish", "");
    List<String> before = paths();
    close();
    stage = new Stage(folder);
    operator = new Operator(stage);
    stage.catalog.refresh("boots");
    assertThat(paths()).isEqualTo(before);
  }

  @Test
  void put_ofBadFiles_saysWhy_andChangesNothing() throws Exception {
    byte[] photo = Photos.jpeg(2_000, 1_500);
    long revision = stage.catalog.get("boots").revision();
    List<HttpResponse<String>> said = new ArrayList<>();
    said.add(put("images%2Fboots.jpg", "hello".getBytes(StandardCharsets.UTF_8)));
    said.add(put("images%2Fboots.jpg", Arrays.copyOf(photo, photo.length / 2)));
    said.add(put("images%2Fboots.jpg", new byte[0]));
    said.add(put("images%2Fboots.jpg", Photos.pngHeader(100_000, 100_000)));
    said.add(put("page.html", "<p>{{titel}}</p>".getBytes(StandardCharsets.UTF_8)));
    said.add(put("page.css", new byte[] {(byte) 0xff, (byte) 0xfe}));
    List<String> why =
        List.of(
            "neither a JPEG nor a PNG",
            "cut off",
            "it is empty",
            "100,000 x 100,000",
            "{{titel}} is no gap",
            "no text in UTF-8");
    for (int i = 0; i < why.size(); i++) {
      assertThat(said.get(i).statusCode()).isEqualTo(400);
      JsonArray findings = new JsonObject(said.get(i).body()).getJsonArray("findings");
      assertThat(findings.encode()).contains(why.get(i));
    }
    assertThat(put("page.css", new byte[70_000]).body()).contains("more than 64 KB");
    assertThat(put("none.css", CSS).statusCode()).isEqualTo(409);
    assertThat(stage.catalog.get("boots").revision()).isEqualTo(revision);
    assertThat(Stores.number(stage.database, "SELECT COUNT(*) FROM sale_file")).isZero();
  }

  @Test
  void put_isInTheOperatorsLog_withoutItsBytes() throws Exception {
    put("page.css", CSS);
    String log = operator.get("/admin/api/log").json().encode();
    assertThat(log).contains("\"file\"", "page.css, 20 bytes").doesNotContain("color: red");
  }
}
