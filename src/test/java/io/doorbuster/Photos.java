package io.doorbuster;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures for tests: four quarters, red and green above, blue and white below. */
public final class Photos {
  private Photos() {}

  public static byte[] jpeg(int width, int height) {
    return write(quarters(width, height, BufferedImage.TYPE_INT_RGB), "jpeg");
  }

  /** As a camera writes it that was held in another way, with a place in its notes. */
  public static byte[] jpeg(int width, int height, int orientation) {
    byte[] plain = jpeg(width, height);
    byte[] notes =
        ByteBuffer.allocate(46)
            .put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII))
            .putInt(8)
            .putShort((short) 1)
            .putShort((short) 0x112)
            .putShort((short) 3)
            .putInt(1)
            .putShort((short) orientation)
            .putShort((short) 0)
            .putInt(0)
            .put("GPS 51 30".getBytes(StandardCharsets.US_ASCII))
            .array();
    return ByteBuffer.allocate(plain.length + notes.length + 4)
        .put(plain, 0, 2)
        .putShort((short) 0xffe1)
        .putShort((short) (notes.length + 2))
        .put(notes)
        .put(plain, 2, plain.length - 2)
        .array();
  }

  public static byte[] png(int width, int height) {
    return write(quarters(width, height, BufferedImage.TYPE_INT_RGB), "png");
  }

  /** With a hole in its middle. */
  public static byte[] pngWithHole(int width, int height) {
    BufferedImage image = quarters(width, height, BufferedImage.TYPE_INT_ARGB);
    for (int x = width / 3; x < width * 2 / 3; x++) {
      for (int y = height / 3; y < height * 2 / 3; y++) {
        image.setRGB(x, y, 0);
      }
    }
    return write(image, "png");
  }

  /** The start of a PNG of such a size, and no more. */
  public static byte[] pngHeader(int width, int height) {
    byte[] chunk =
        ByteBuffer.allocate(17)
            .put("IHDR".getBytes(StandardCharsets.US_ASCII))
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 2, 0, 0, 0})
            .array();
    CRC32 crc = new CRC32();
    crc.update(chunk);
    return ByteBuffer.allocate(33)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put(chunk)
        .putInt((int) crc.getValue())
        .array();
  }

  /** The colours of the four corners: r, g, b, w, or a dot for a clear one. */
  public static String corners(byte[] picture) {
    BufferedImage image = read(picture);
    int right = image.getWidth() - 9;
    int bottom = image.getHeight() - 9;
    return letter(image.getRGB(8, 8))
        + letter(image.getRGB(right, 8))
        + letter(image.getRGB(8, bottom))
        + letter(image.getRGB(right, bottom));
  }

  /** The opacity of the middle, 0 to 255. */
  public static int opacity(byte[] picture) {
    BufferedImage image = read(picture);
    return image.getRGB(image.getWidth() / 2, image.getHeight() / 2) >>> 24;
  }

  private static String letter(int rgb) {
    boolean red = (rgb >> 16 & 0xff) > 128;
    boolean green = (rgb >> 8 & 0xff) > 128;
    boolean blue = (rgb & 0xff) > 128;
    return red && green && blue ? "w" : red ? "r" : green ? "g" : blue ? "b" : ".";
  }

  private static BufferedImage quarters(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D graphics = image.createGraphics();
    Color[] colors = {Color.RED, Color.GREEN, Color.BLUE, Color.WHITE};
    for (int i = 0; i < colors.length; i++) {
      graphics.setColor(colors[i]);
      graphics.fillRect(i % 2 * width / 2, i / 2 * height / 2, width / 2 + 1, height / 2 + 1);
    }
    graphics.dispose();
    return image;
  }

  private static BufferedImage read(byte[] picture) {
    try {
      return ImageIO.read(new ByteArrayInputStream(picture));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] write(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }
}
