package io.doorbuster.page;

import io.doorbuster.page.PreparedFile.Made;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/**
 * A photo in, the same upright in a few widths out, with nothing of what a camera wrote beside it.
 *
 * <p>One at a time, and from no more than {@link #DECODED_PIXELS_MAX}: a larger photo is read with
 * pixels left out, since it ends far smaller. It runs on a thread of its own with less weight than
 * those that serve buyers. Nothing of this class is loaded before the first photo comes.
 */
final class Pictures {
  /** Of a photo as it comes; more than a good camera has. */
  static final long PIXELS_MAX = 50_000_000;

  /** The longer side is at most so many times the shorter one. */
  static final int SIDES_MAX = 4;

  /** As they are wanted, from a phone to a large screen of twice the density. */
  private static final List<Integer> WIDTHS = List.of(480, 960, 1_600);

  /** 48 MB in memory. */
  private static final int DECODED_PIXELS_MAX = 12_000_000;

  private static final float JPEG_QUALITY = 0.8f;
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  static {
    System.setProperty("java.awt.headless", "true");
  }

  private Pictures() {}

  /**
   * What a photo gave.
   *
   * @param widths the smallest first
   * @param wrong why there are none, else empty
   */
  record Outcome(List<Made> widths, String wrong) {}

  /** It is no photo that can be used; the message says why. */
  private static final class Unusable extends IOException {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // it is a wish: nothing is wrong where it is not heard
  static Outcome make(byte[] bytes) {
    FutureTask<List<Made>> work = new FutureTask<>(() -> read(bytes));
    ONE_AT_A_TIME.lock();
    try {
      Thread thread = Thread.ofPlatform().name("pictures").daemon().unstarted(work);
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.start();
      return new Outcome(work.get(), "");
    } catch (ExecutionException e) {
      return new Outcome(List.of(), why(e.getCause() == null ? e : e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(List.of(), "the server is stopping");
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private static String why(Throwable fault) {
    return fault instanceof Unusable
        ? String.valueOf(fault.getMessage())
        : "it can not be read as a picture ("
            + fault.getMessage()
            + "); save it anew as a JPEG in RGB, or as a PNG";
  }

  private static List<Made> read(byte[] bytes) throws IOException {
    boolean jpeg = startsWith(bytes, JPEG);
    if (!jpeg && !startsWith(bytes, PNG)) {
      throw new Unusable("it is neither a JPEG nor a PNG, whatever its name says");
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName(jpeg ? "jpeg" : "png").next();
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      Orientation orientation = jpeg ? CameraNotes.orientation(bytes) : Orientation.TOP_LEFT;
      BufferedImage raw = decode(reader, CameraNotes.isOnItsSide(orientation));
      if (warnings.stream().anyMatch(Pictures::isCutOff)) {
        throw new Unusable("it is cut off: its end is missing; copy it again");
      }
      return widths(raw, orientation);
    } finally {
      reader.dispose();
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length > start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  /** As the JDK's reader and the library in it say it; what else they warn of does no harm. */
  private static boolean isCutOff(String warning) {
    return warning.contains("Truncated") || warning.contains("premature end");
  }

  private static BufferedImage decode(ImageReader reader, boolean onItsSide) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    long pixels = (long) width * height;
    if (pixels > PIXELS_MAX) {
      throw new Unusable(
          "it has %,d x %,d pixels; make it smaller, at most %,d in all"
              .formatted(width, height, PIXELS_MAX));
    }
    if (Math.max(width, height) > (long) SIDES_MAX * Math.min(width, height)) {
      throw new Unusable(
          "it has %,d x %,d pixels; cut it so that no side is longer than %d times the other"
              .formatted(width, height, SIDES_MAX));
    }
    int twiceTheLargest = 2 * WIDTHS.getLast();
    int step =
        Math.max(
            Math.ceilDiv(onItsSide ? height : width, twiceTheLargest),
            (int) Math.ceil(Math.sqrt((double) pixels / DECODED_PIXELS_MAX)));
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceSubsampling(step, step, 0, 0);
    return reader.read(0, param);
  }

  private static List<Made> widths(BufferedImage raw, Orientation orientation) throws IOException {
    boolean side = CameraNotes.isOnItsSide(orientation);
    int upright = side ? raw.getHeight() : raw.getWidth();
    int largest = Math.min(upright, WIDTHS.getLast());
    int other = scaled(side ? raw.getWidth() : raw.getHeight(), largest, upright);
    BufferedImage base = scale(raw, side ? other : largest, side ? largest : other);
    BufferedImage whole = ExifFilterUtils.getFilterForOrientation(orientation).apply(base);
    boolean clear = isSeenThrough(whole);
    List<Made> made = new ArrayList<>();
    for (int width : WIDTHS) {
      if (width * 5 <= largest * 4) { // one that is nearly the largest is of no use
        int height = scaled(whole.getHeight(), width, largest);
        made.add(encode(scale(whole, width, height), clear));
      }
    }
    made.add(encode(whole, clear));
    return made;
  }

  private static int scaled(int side, int to, int from) {
    return Math.max(1, Math.round((float) side * to / from));
  }

  private static BufferedImage scale(BufferedImage image, int width, int height)
      throws IOException {
    boolean alpha = image.getColorModel().hasAlpha();
    return Thumbnails.of(image)
        .forceSize(width, height)
        .imageType(alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB)
        .asBufferedImage();
  }

  private static boolean isSeenThrough(BufferedImage image) {
    if (!image.getColorModel().hasAlpha()) {
      return false;
    }
    int[] row = new int[image.getWidth()];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      if (Arrays.stream(row).anyMatch(pixel -> pixel >>> 24 != 0xff)) {
        return true;
      }
    }
    return false;
  }

  private static Made encode(BufferedImage image, boolean clear) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(clear ? "png" : "jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      if (clear) {
        param.setCompressionQuality(0); // of PNG this is the strongest, and loses nothing
      } else {
        param.setCompressionQuality(JPEG_QUALITY);
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(clear ? image : opaque(image), null, null), param);
    } finally {
      writer.dispose();
    }
    String type = clear ? "png" : "jpg";
    return new Made(type, image.getWidth(), image.getHeight(), bytes.toByteArray());
  }

  /** What JPEG can hold. */
  private static BufferedImage opaque(BufferedImage image) {
    if (image.getType() == BufferedImage.TYPE_INT_RGB) {
      return image;
    }
    BufferedImage plain =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = plain.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    return plain;
  }
}
