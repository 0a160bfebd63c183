package io.doorbuster.page;

import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A sale in, the files of its page out. The page is complete before any script has run. */
public final class PageRenderer {
  static final String HTML = "index.html";

  /** The side of our drawing, and of a picture that we know nothing of. */
  private static final int SQUARE = 800;

  private static final String ANY_SEED = "0".repeat(64);

  /** Brings the script to a page of the shop's own, with the sale's configuration. */
  static final String EMBED = "embed.js";

  /** Whether what is asked for by that name, empty for the page itself, may change. */
  static boolean keepsItsName(String name) {
    return name.isEmpty() || name.equals(EMBED);
  }

  /**
   * What the page must know beside the sale.
   *
   * @param apiUrl of the buyers' side, without a slash at the end; empty where it is the page's own
   * @param signInUrl of the shop, null where there is none
   * @param oidc null where buyers do not sign in by OpenID Connect
   * @param demo whether a name is enough to sign in, and the crowd's figures are shown
   */
  public record Options(
      String apiUrl, @Nullable String signInUrl, @Nullable Oidc oidc, boolean demo) {}

  /** What a provider of OpenID Connect calls this page, and where it is asked. */
  public record Oidc(URI authorizeUrl, URI tokenUrl, String clientId, String scope) {
    JsonObject json() {
      return new JsonObject()
          .put("authorizeUrl", authorizeUrl.toString())
          .put("tokenUrl", tokenUrl.toString())
          .put("clientId", clientId)
          .put("scope", scope);
    }
  }

  private final PageAssets assets;
  private final Template page = Template.parse(PageAssets.read("sale.html"));
  private final Template embed = Template.parse(PageAssets.read(EMBED));
  private final Map<Language, Texts> texts = new EnumMap<>(Language.class);
  private final Options options;

  public PageRenderer(Options options) {
    this.options = options;
    assets = new PageAssets(options.oidc() != null);
    for (Language language : Language.values()) {
      texts.put(language, new Texts(language));
    }
  }

  /**
   * Renders a sale.
   *
   * @param seedSha256 of the draws' seed, in hex; it stands on the page before the start
   */
  List<PageFile> render(Sale sale, String seedSha256) {
    return render(sale, seedSha256, ShopPage.NONE);
  }

  /** As {@link #render(Sale, String)}, with what the shop has of its own, which is not rendered. */
  List<PageFile> render(Sale sale, String seedSha256, ShopPage shop) {
    List<PageFile> files = new ArrayList<>(assets.files());
    if (shop.css() != null) {
      files.removeIf(file -> file.name().equals(assets.hashed("sale.css")));
    }
    Texts said = Objects.requireNonNull(texts.get(sale.language()));
    Template template = shop.template() == null ? page : shop.template();
    Map<String, Object> values = values(sale, seedSha256, said, shop);
    files.add(PageFile.changing(EMBED, embed.render(values, said)));
    files.add(PageFile.changing(HTML, template.render(values, said)));
    return files;
  }

  /** Every mistake in a page of the shop's own. */
  List<Finding> findMistakes(Sale sale, String file, String text) {
    Texts said = Objects.requireNonNull(texts.get(sale.language()));
    return TemplateCheck.find(file, text, values(sale, ANY_SEED, said, ShopPage.NONE), said);
  }

  /** Our own page and its styles, for a shop to begin with: names and texts. */
  public static Map<String, String> ownFiles() {
    return Map.of(
        "sale.html", PageAssets.read("sale.html"), "sale.css", PageAssets.read("sale.css"));
  }

  private Map<String, Object> values(Sale sale, String seedSha256, Texts said, ShopPage shop) {
    boolean fair = sale.release().pick() == Pick.FAIR;
    int perBuyer = sale.limits().perBuyer();
    Map<String, Object> values = new HashMap<>();
    values.put("title", sale.title());
    values.put("description", sale.description());
    values.put("csp", policy(sale));
    picture(sale, shop, values);
    values.put("icon", assets.hashed("sale.svg"));
    values.put("css", shop.css() == null ? assets.hashed("sale.css") : shop.css().name());
    values.put("js", assets.hashed("sale.js"));
    values.put("oidc", options.oidc() == null ? "" : assets.hashed("oidc.js"));
    values.put("language", sale.language().code());
    values.put("opensAt", sale.opensAt().toString());
    values.put("closesAt", sale.closesAt().toString());
    values.put("perBuyer", perBuyer);
    values.put("quantityHidden", perBuyer == 1 ? " hidden" : "");
    values.put("fair", fair);
    values.put("first", !fair);
    values.put("seed", seedSha256);
    values.put("seedSha256", seedSha256);
    values.put("every", said.duration(sale.release().every()));
    values.put("wave", sale.release().wave());
    values.put("payWithin", said.duration(sale.payWithin()));
    values.put("skus", skus(sale));
    values.put("config", config(sale).put("texts", said.script()));
    return values;
  }

  /** The photo in its widths, else the one of the web, else a drawing that says nothing. */
  private void picture(Sale sale, ShopPage shop, Map<String, Object> values) {
    ShopPage.Picture largest = shop.largest();
    ShopPage.Picture usual = shop.usual();
    Optional<URI> image = image(sale);
    boolean drawing = usual == null && image.isEmpty();
    values.put(
        "image",
        usual == null
            ? image.map(URI::toString).orElse(assets.hashed("sale.svg"))
            : usual.file().name());
    values.put("imageAlt", drawing ? "" : sale.title());
    values.put("imageWidth", largest == null ? SQUARE : largest.width());
    values.put("imageHeight", largest == null ? SQUARE : largest.height());
    values.put("srcset", shop.srcset());
    values.put("sizes", shop.sizes());
  }

  private static List<Map<String, Object>> skus(Sale sale) {
    List<Map<String, Object>> skus = new ArrayList<>();
    for (Sku sku : sale.skus()) {
      skus.add(
          Map.of(
              "id", sku.id(),
              "name", sku.name(),
              "checked", skus.isEmpty() ? " checked" : "",
              "price", amount(sale, sku.priceMinor()),
              "priceMinor", sku.priceMinor(),
              "list", sku.listPriceMinor() > sku.priceMinor(),
              "listPrice", amount(sale, sku.listPriceMinor()),
              "listMinor", sku.listPriceMinor()));
    }
    return skus;
  }

  /** What the script reads; the browser keeps it as data and runs nothing of it. */
  private JsonObject config(Sale sale) {
    JsonArray skus = new JsonArray();
    for (Sku sku : sale.skus()) {
      skus.add(
          new JsonObject()
              .put("id", sku.id())
              .put("name", sku.name())
              .put("priceMinor", sku.priceMinor()));
    }
    return new JsonObject()
        .put("sale", sale.id())
        .put("api", options.apiUrl())
        .put("demo", options.demo())
        .put("signInUrl", options.signInUrl())
        .put("oidc", options.oidc() == null ? null : options.oidc().json())
        .put("currency", sale.currency().getCurrencyCode())
        .put("minorDigits", digits(sale))
        .put("opensAt", sale.opensAt().toString())
        .put("closesAt", sale.closesAt().toString())
        .put("pick", sale.release().pick() == Pick.FAIR ? "fair" : "first")
        .put("everyMs", sale.release().every().toMillis())
        .put("tryEveryMs", sale.limits().tryEvery().toMillis())
        .put("perBuyer", sale.limits().perBuyer())
        .put("skus", skus);
  }

  /** Nothing but our own files, the sale's picture and our API; and no inline script or style. */
  private String policy(Sale sale) {
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
        + image(sale).map(PageRenderer::origin).orElse("")
        + "; connect-src 'self'"
        + (options.apiUrl().isEmpty() ? "" : origin(URI.create(options.apiUrl())))
        + (options.oidc() == null ? "" : origin(options.oidc().tokenUrl()))
        + "; base-uri 'none'; form-action 'self'";
  }

  private static String origin(URI uri) {
    return uri.getHost() == null
        ? ""
        : " "
            + uri.getScheme()
            + "://"
            + uri.getHost()
            + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  /** The sale's picture, where it is one of the web. */
  private static Optional<URI> image(Sale sale) {
    if (sale.image() == null || sale.files().containsKey(FileKind.IMAGE)) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(sale.image());
      String scheme = uri.getScheme();
      boolean web = "https".equals(scheme) || "http".equals(scheme);
      return (scheme == null ? uri.getHost() == null : web && uri.getHost() != null)
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static int digits(Sale sale) {
    return Math.max(0, sale.currency().getDefaultFractionDigits());
  }

  /** For readers without a script; the others see their own language's form. */
  private static String amount(Sale sale, long minor) {
    return BigDecimal.valueOf(minor, digits(sale)).toPlainString()
        + " "
        + sale.currency().getCurrencyCode();
  }
}
