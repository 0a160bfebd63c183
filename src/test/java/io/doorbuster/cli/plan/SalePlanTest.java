package io.doorbuster.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.doorbuster.Photos;
import io.doorbuster.page.PageWeight;
import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SalePlanTest {
  private static final Path EXAMPLE = Path.of("examples/sale.yaml");

  @TempDir private Path folder;

  private record Ran(int exit, String out, String err) {
    /** Gbit/s at the CDN. */
    double gbps() {
      JsonArray lines = new JsonObject(out).getJsonArray("lines");
      for (int i = 0; i < lines.size(); i++) {
        JsonObject line = lines.getJsonObject(i);
        if (line.getString("part").equals("CDN") && line.getString("unit").equals("Gbit/s")) {
          return line.getDouble("value");
        }
      }
      throw new AssertionError(out);
    }
  }

  private static Ran plan(Path file, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine plan = new CommandLine(new PlanCommand());
    plan.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] words = new String[more.length + 3];
    words[0] = "--sale";
    words[1] = file.toString();
    words[2] = "--json";
    System.arraycopy(more, 0, words, 3, more.length);
    return new Ran(plan.execute(words), out.toString(), err.toString());
  }

  private Path sale(UnaryOperator<String> change) throws IOException {
    String text = Files.readString(EXAMPLE);
    String changed = change.apply(text);
    assertThat(changed).isNotEqualTo(text);
    return Files.writeString(folder.resolve("sale.yaml"), changed);
  }

  private static Sale read(Path file) throws IOException {
    return SaleFile.parse(file.toString(), Files.readString(file)).sale().orElseThrow();
  }

  private static PageWeight weigh(Sale sale, Map<FileKind, byte[]> beside) {
    return PageWeight.of(
        sale,
        beside,
        mistake -> {
          throw new AssertionError(mistake);
        });
  }

  /** Who is told before the start what is too little was told the same when he planned. */
  @Test
  void cdnGbps_ofASale_isThatOfTheCommand() throws Exception {
    Sale sale = read(EXAMPLE);
    Sale.Expected crowd = sale.findExpected().orElseThrow();
    double told = plan(EXAMPLE).gbps();
    assertThat(told).isPositive();
    assertThat(SalePlan.cdnGbps(sale, crowd, weigh(sale, Map.of()), null)).isEqualTo(told);
  }

  @Test
  void plan_ofASaleWithAPhotoBesideIt_takesTheWeightOfItsLargestWidth() throws Exception {
    Path file = sale(text -> text.replaceFirst("image: \\S+", "image: boots.jpg"));
    byte[] photo = Photos.jpeg(2_000, 1_500);
    Files.write(folder.resolve("boots.jpg"), photo);
    int bytes = weigh(read(file), Map.of(FileKind.IMAGE, photo)).photo();
    assertThat(bytes).isPositive().isNotEqualTo(photo.length);
    // Where its weight is said the photo is not looked at, and the page names none of its widths.
    assertThat(plan(file).gbps())
        .isCloseTo(plan(file, "--photo-kb", bytes / 1_000.0 + "").gbps(), withinPercentage(0.2));
    assertThat(plan(file).gbps()).isGreaterThan(plan(file, "--photo-kb", "0").gbps());
  }

  @Test
  void plan_ofASaleWithoutAPhoto_countsNone() throws Exception {
    Path file = sale(text -> text.replaceFirst("image: .*", ""));
    assertThat(plan(file).gbps()).isEqualTo(plan(file, "--photo-kb", "0").gbps());
  }

  @Test
  void plan_ofASaleWithAPhotoElsewhere_takesAUsualOne() {
    assertThat(plan(EXAMPLE).gbps()).isEqualTo(plan(EXAMPLE, "--photo-kb", "120").gbps());
  }

  @Test
  void plan_ofASaleWhosePhotoIsMissingOrBroken_namesTheMend() throws Exception {
    Path file = sale(text -> text.replaceFirst("image: \\S+", "image: boots.jpg"));
    Ran missing = plan(file);
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.err()).contains("`boots.jpg` can not be read beside this file");
    assertThat(plan(file, "--photo-kb", "150").gbps()).isPositive();
    Files.writeString(folder.resolve("boots.jpg"), "no picture at all");
    Ran broken = plan(file);
    assertThat(broken.exit()).isEqualTo(2);
    assertThat(broken.err()).contains("boots.jpg: it is neither a JPEG nor a PNG");
  }
}
