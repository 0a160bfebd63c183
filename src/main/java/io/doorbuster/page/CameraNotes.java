package io.doorbuster.page;

import java.util.Arrays;
import java.util.Optional;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;

/** What a camera wrote into a JPEG of how it was held. */
final class CameraNotes {
  private static final int EXIF_MARKER = 0xe1;
  private static final int SCAN_MARKER = 0xda;
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

  private CameraNotes() {}

  /** How the picture lies; notes that can not be read are as none. */
  static Orientation orientation(byte[] jpeg) {
    try {
      return findExif(jpeg).map(ExifUtils::getOrientationFromExif).orElse(Orientation.TOP_LEFT);
    } catch (RuntimeException e) {
      return Orientation.TOP_LEFT;
    }
  }

  /** Whether width and height change places. */
  static boolean isOnItsSide(Orientation orientation) {
    return switch (orientation) {
      case LEFT_TOP, RIGHT_TOP, RIGHT_BOTTOM, LEFT_BOTTOM -> true;
      default -> false;
    };
  }

  /** The segment stands ahead of the picture. */
  private static Optional<byte[]> findExif(byte[] jpeg) {
    int at = 2;
    while (at + 4 <= jpeg.length && (jpeg[at] & 0xff) == 0xff) {
      int marker = jpeg[at + 1] & 0xff;
      int length = ((jpeg[at + 2] & 0xff) << 8) | (jpeg[at + 3] & 0xff);
      int end = at + 2 + length;
      if (marker == SCAN_MARKER || length < 2 || end > jpeg.length) {
        return Optional.empty();
      }
      byte[] segment = Arrays.copyOfRange(jpeg, at + 4, end);
      if (marker == EXIF_MARKER
          && segment.length > EXIF.length
          && Arrays.equals(segment, 0, EXIF.length, EXIF, 0, EXIF.length)) {
        return Optional.of(segment);
      }
      at = end;
    }
    return Optional.empty();
  }
}
