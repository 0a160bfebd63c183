package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import io.doorbuster.page.PageRenderer.Options;
import io.doorbuster.page.StaticFiles.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PagePublisherTest {
  private static final String SALE = "winter-boots";

  @TempDir private Path folder;
  private PagePublisher publisher;

  @BeforeEach
  void publish() {
    publisher =
        new PagePublisher(
            folder,
            new PageRenderer(new Options("", null, null, false)),
            (sale, hash) -> Optional.empty());
    publisher.publish(SampleSale.named("Boots"), SampleSale.SEED_SHA256);
  }

  private Answer get(String name, @Nullable String encodings, @Nullable String known) {
    return publisher.files().find(SALE, name, encodings, known).orElseThrow();
  }

  private List<Path> published() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(SALE))) {
      return files.sorted().toList();
    }
  }

  @Test
  void files_inAllEncodings_decodeToTheSameBytes() throws IOException {
    Brotli4jLoader.ensureAvailability();
    int plain = 0;
    for (Path file : published()) {
      String name = file.getFileName().toString();
      assertThat(name).doesNotEndWith(".part");
      if (!name.endsWith(".gz") && !name.endsWith(".br")) {
        byte[] bytes = Files.readAllBytes(file);
        assertThat(unzip(Files.readAllBytes(folder.resolve(SALE).resolve(name + ".gz"))))
            .isEqualTo(bytes);
        assertThat(unbrotli(Files.readAllBytes(folder.resolve(SALE).resolve(name + ".br"))))
            .isEqualTo(bytes);
        assertThat(get(name, null, null).body().getBytes()).isEqualTo(bytes);
        assertThat(unzip(get(name, "gzip", null).body().getBytes())).isEqualTo(bytes);
        assertThat(unbrotli(get(name, "gzip, br", null).body().getBytes())).isEqualTo(bytes);
        plain++;
      }
    }
    assertThat(plain).isEqualTo(6);
  }

  private static byte[] unzip(byte[] bytes) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
  }

  private static byte[] unbrotli(byte[] bytes) throws IOException {
    return new BrotliInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
  }

  @Test
  void encoding_isTheSmallestThatTheBrowserTakes() {
    assertThat(encoding("gzip, deflate, br")).contains("br");
    assertThat(encoding("gzip;q=1.0, br;q=0")).contains("gzip");
    assertThat(encoding("GZIP")).contains("gzip");
    assertThat(encoding("deflate")).isEmpty();
    assertThat(encoding(null)).isEmpty();
  }

  private Optional<String> encoding(@Nullable String accepted) {
    return Optional.ofNullable(get("", accepted, null).headers().get("Content-Encoding"));
  }

  @Test
  void find_withTheEtagOfBefore_is304WithoutABody() {
    Answer first = get("", "br", null);
    String etag = first.headers().get("ETag");
    assertThat(first.status()).isEqualTo(200);
    for (String known : List.of(etag, "W/" + etag, "\"other\", " + etag, "*")) {
      Answer again = get("", "br", known);
      assertThat(again.status()).isEqualTo(304);
      assertThat(again.body().length()).isZero();
      assertThat(again.headers()).containsEntry("ETag", etag).containsKey("Cache-Control");
    }
    assertThat(get("", "gzip", etag).status()).isEqualTo(200);
    assertThat(get("", "br", "\"other\"").status()).isEqualTo(200);
  }

  @Test
  void publish_again_servesTheNewPageAndKeepsTheAssets() throws IOException {
    List<Path> before = published();
    Answer old = get("", null, null);
    publisher.publish(SampleSale.named("Shoes"), SampleSale.SEED_SHA256);
    Answer now = get("", null, old.headers().get("ETag"));
    assertThat(now.status()).isEqualTo(200);
    assertThat(now.body().toString(StandardCharsets.UTF_8)).contains("<h1>Shoes</h1>");
    assertThat(Files.readString(folder.resolve(SALE).resolve("index.html")))
        .contains("<h1>Shoes</h1>");
    assertThat(published()).isEqualTo(before);
  }

  @Test
  void publish_theSameAgain_keepsTheEtag() {
    String etag = get("", null, null).headers().get("ETag");
    publisher.publish(SampleSale.named("Boots"), SampleSale.SEED_SHA256);
    assertThat(get("", null, null).headers()).containsEntry("ETag", etag);
  }

  @Test
  void unpublish_once_andAgain_leavesNothing() {
    publisher.unpublish(SALE);
    publisher.unpublish(SALE);
    assertThat(folder.resolve(SALE)).doesNotExist();
    assertThat(publisher.files().find(SALE, "", null, null)).isEmpty();
  }

  @Test
  void find_ofAFileOfTheVersionBefore_isThereUntilTheSaleIsTakenDown() {
    StaticFiles files = publisher.files();
    PageFile old = new PageFile("sale.000000000000.css", new byte[100], true);
    PageFile html = PageFile.changing("index.html", "<p>old");
    files.put(SALE, List.of(Encoded.of(old), Encoded.of(html)));
    PageFile next = new PageFile("sale.111111111111.css", new byte[200], true);
    PageFile changed = PageFile.changing("index.html", "<p>new");
    for (int i = 0; i < 2; i++) { // the same once more is no version of its own
      files.put(SALE, List.of(Encoded.of(next), Encoded.of(changed)));
    }
    assertThat(get(old.name(), null, null).body().length()).isEqualTo(100);
    assertThat(get(next.name(), null, null).body().length()).isEqualTo(200);
    assertThat(get("", null, null).body().toString(StandardCharsets.UTF_8)).isEqualTo("<p>new");
    assertThat(publisher.list(SALE)).hasSize(2);
    publisher.unpublish(SALE);
    assertThat(files.find(SALE, old.name(), null, null)).isEmpty();
  }

  @Test
  void folder_hasNoFormOfAnOlderContent() throws Exception {
    FolderTarget target = new FolderTarget(folder);
    Encoded large = Encoded.of(PageFile.changing("index.html", "<p>Boots".repeat(100)));
    Encoded small = Encoded.of(PageFile.changing("index.html", "<p>"));
    target.put("other", List.of(large), false, () -> {});
    Path html = folder.resolve("other/index.html");
    assertThat(html.resolveSibling("index.html.br")).exists();
    assertThat(target.listMissing("other", List.of(small)))
        .containsExactly(html.toString(), html + ".br", html + ".gz");
    target.put("other", List.of(small), false, () -> {});
    assertThat(html).hasContent("<p>");
    assertThat(html.resolveSibling("index.html.br")).doesNotExist();
    assertThat(html.resolveSibling("index.html.gz")).doesNotExist();
    assertThat(target.listMissing("other", List.of(small))).isEmpty();
  }

  @Test
  void find_ofAssets_mayBeKeptForEver_andOfHtmlNot() {
    String script =
        new PageAssets(false)
            .files().stream()
                .map(PageFile::name)
                .filter(name -> name.endsWith(".js"))
                .findFirst()
                .orElseThrow();
    Answer found = get(script, null, null);
    assertThat(found.contentType()).isEqualTo("text/javascript; charset=utf-8");
    assertThat(found.headers().get("Cache-Control")).contains("immutable");
    for (String changing : List.of("", "embed.js")) {
      assertThat(get(changing, null, null).headers().get("Cache-Control")).contains("max-age=10");
    }
    assertThat(publisher.files().find(SALE, "../secret", null, null)).isEmpty();
  }
}
