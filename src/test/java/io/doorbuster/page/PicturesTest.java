package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.Photos;
import io.doorbuster.page.PreparedFile.Made;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PicturesTest {
  private static List<Made> made(byte[] bytes) {
    Pictures.Outcome outcome = Pictures.make(bytes);
    assertThat(outcome.wrong()).isEmpty();
    return outcome.widths();
  }

  private static List<String> sizes(List<Made> made) {
    return made.stream().map(one -> one.width() + "x" + one.height() + " " + one.type()).toList();
  }

  private static String wrong(byte[] bytes) {
    Pictures.Outcome outcome = Pictures.make(bytes);
    assertThat(outcome.widths()).isEmpty();
    return outcome.wrong();
  }

  @Test
  void make_ofALargePhoto_givesThreeWidths() {
    List<Made> made = made(Photos.jpeg(4_000, 3_000));
    assertThat(sizes(made)).containsExactly("480x360 jpg", "960x720 jpg", "1600x1200 jpg");
    assertThat(made).allMatch(one -> Photos.corners(one.bytes()).equals("rgbw"));
    assertThat(made).allMatch(one -> one.bytes().length < 200_000);
  }

  /** The corners of the raw picture, as a viewer that knows the notes turns it. */
  @ParameterizedTest
  @CsvSource({
    "1, rgbw", "2, grwb", "3, wbgr", "4, bwrg", "5, rbgw", "6, brwg", "7, wgbr", "8, gwrb"
  })
  void make_ofAPhotoHeldInAnyWay_isUpright(int orientation, String corners) {
    List<Made> made = made(Photos.jpeg(2_000, 1_200, orientation));
    String largest = orientation < 5 ? "1600x960 jpg" : "1200x2000 jpg";
    assertThat(sizes(made)).hasSize(3).last().isEqualTo(largest);
    for (Made one : made) {
      assertThat(Photos.corners(one.bytes())).as(one.width() + "").isEqualTo(corners);
      String text = new String(one.bytes(), StandardCharsets.ISO_8859_1);
      assertThat(text).doesNotContain("Exif").doesNotContain("GPS");
    }
  }

  @Test
  void make_ofASmallPhoto_makesItNoLarger() {
    assertThat(sizes(made(Photos.jpeg(300, 200)))).containsExactly("300x200 jpg");
    assertThat(sizes(made(Photos.jpeg(1_000, 500)))).containsExactly("480x240 jpg", "1000x500 jpg");
  }

  @Test
  void make_ofAPng_staysOneOnlyWhereItCanBeSeenThrough() {
    assertThat(sizes(made(Photos.png(1_200, 1_200)))).allMatch(size -> size.endsWith("jpg"));
    List<Made> made = made(Photos.pngWithHole(1_200, 1_200));
    assertThat(sizes(made)).containsExactly("480x480 png", "960x960 png", "1200x1200 png");
    assertThat(made).allMatch(one -> Photos.opacity(one.bytes()) == 0);
  }

  @Test
  void make_ofTheLargestThatIsTaken_needsNoMemoryForAllOfIt() {
    List<Made> made = made(Photos.jpeg(9_000, 5_500));
    assertThat(sizes(made).getLast()).isEqualTo("1600x978 jpg");
  }

  @Test
  void make_ofWhatIsNoPicture_saysSo() {
    assertThat(wrong("no picture at all".getBytes(StandardCharsets.UTF_8)))
        .contains("neither a JPEG nor a PNG");
    assertThat(wrong(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0, 1, 2, 3}))
        .contains("can not be read");
  }

  @Test
  void make_ofAPhotoThatIsCutOff_saysSo() {
    byte[] whole = Photos.jpeg(2_000, 1_500);
    assertThat(wrong(Arrays.copyOf(whole, whole.length / 2))).contains("cut off");
    assertThat(wrong(Arrays.copyOf(whole, whole.length - 2))).contains("cut off");
    byte[] png = Photos.png(2_000, 1_500);
    assertThat(wrong(Arrays.copyOf(png, png.length / 2))).contains("can not be read");
  }

  @Test
  void make_ofAHugeOrVeryLongOne_refusesItByItsHeader() {
    assertThat(wrong(Photos.pngHeader(100_000, 100_000)))
        .contains("100,000 x 100,000 pixels", "at most 50,000,000");
    assertThat(wrong(Photos.pngHeader(1, 40_000))).contains("no side is longer than 4 times");
  }
}
