package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.MovableClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("store")
final class SaleFilesTest {
  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock(Instant.parse("2030-01-01T09:00:00Z"));
  private Database database;
  private Catalog catalog;
  private SaleFiles files;

  @BeforeEach
  void open() {
    database = Stores.open(folder);
    catalog = new Catalog(database, clock);
    files = new SaleFiles(database, catalog, clock);
    catalog.register(sale("boots.jpg"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Sale sale(String image) {
    String text =
        """
        id: boots
        title: Boots
        currency: EUR
        opensAt: 2030-01-01T10:00:00Z
        closesAt: 2030-01-01T11:00:00Z
        image: %s
        page: {css: page.css}
        skus: [{id: a, price: 1.00, units: 20}]
        """
            .formatted(image);
    return SaleFile.parse("sale.yaml", text).sale().orElseThrow();
  }

  private static ShopFile photo(String name, String content) {
    String hash = Hmac.digestHex(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return new ShopFile(
        FileKind.IMAGE, name, "ab", List.of(new ShopFile.Form(hash, "jpg", 480, 360)));
  }

  private void put(ShopFile file, String content) {
    files.put(
        "boots",
        file,
        Map.of(
            file.forms().getFirst().hash(),
            content.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private boolean hasContent(ShopFile file) {
    return files.findContent("boots", file.forms().getFirst().hash()).isPresent();
  }

  private void publish() {
    database.write(
        connection -> {
          catalog.startPublishing(connection, catalog.lock(connection, "boots"));
          return null;
        });
  }

  @Test
  void put_ofAFile_isToldHereAndToOthers() {
    Catalog elsewhere = new Catalog(database, clock);
    List<Listing> told = new ArrayList<>();
    elsewhere.onChange(told::add);
    ShopFile photo = photo("boots.jpg", "picture");
    put(photo, "picture");
    assertThat(catalog.get("boots").findFile(FileKind.IMAGE)).contains(photo);
    elsewhere.poll();
    assertThat(told).singleElement().satisfies(now -> assertThat(now.files()).contains(photo));
    assertThat(files.findContent("boots", photo.forms().getFirst().hash()))
        .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("picture"));
    assertThat(new Catalog(database, clock).get("boots").files()).containsExactly(photo);
  }

  @Test
  void put_ofANewerFile_dropsTheOlderOnesContent() {
    ShopFile first = photo("boots.jpg", "first");
    ShopFile second = photo("boots.jpg", "second");
    put(first, "first");
    put(second, "second");
    put(second, "second");
    assertThat(hasContent(first)).isFalse();
    assertThat(hasContent(second)).isTrue();
    assertThat(catalog.get("boots").files()).containsExactly(second);
  }

  @Test
  void startPublishing_withoutTheFiles_namesThemAndTheMend() {
    assertThatThrownBy(this::publish)
        .isInstanceOf(NotAllowed.class)
        .hasMessage(
            "the server does not have boots.jpg, page.css; run sale add again where the files are");
    put(photo("boots.jpg", "picture"), "picture");
    assertThatThrownBy(this::publish).hasMessageContaining("does not have page.css;");
    ShopFile.Form form = new ShopFile.Form("cd", "css", 0, 0);
    files.put(
        "boots",
        new ShopFile(FileKind.CSS, "page.css", "cd", List.of(form)),
        Map.of("cd", bytes()));
    publish();
  }

  private static byte[] bytes() {
    return new byte[] {1};
  }

  @Test
  void put_ofWhatTheSaleDoesNotName_isNotAllowed() {
    assertThatThrownBy(() -> put(photo("shoes.jpg", "x"), "x"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("names no file shoes.jpg");
    assertThat(catalog.get("boots").files()).isEmpty();
  }

  @Test
  void put_afterTheClose_isNotAllowed() {
    database.write(
        connection -> {
          catalog.published(connection, catalog.lock(connection, "boots"));
          return null;
        });
    clock.set(Instant.parse("2030-01-01T11:00:00Z"));
    assertThatThrownBy(() -> put(photo("boots.jpg", "x"), "x"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("CLOSED");
  }

  /** Until the new one is there the page goes on with the one that it has. */
  @Test
  void register_withAnotherName_keepsWhatThereIs_andSaysWhatIsMissing() {
    ShopFile photo = photo("boots.jpg", "picture");
    put(photo, "picture");
    catalog.register(sale("shoes.jpg"));
    Listing now = catalog.get("boots");
    assertThat(now.files()).containsExactly(photo);
    assertThat(now.listMissing()).containsExactly("shoes.jpg", "page.css");
    put(photo("shoes.jpg", "picture"), "picture");
    assertThat(catalog.get("boots").listMissing()).containsExactly("page.css");
    assertThat(hasContent(photo)).isTrue();
  }
}
