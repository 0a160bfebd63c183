package bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Just enough of HTTP/1.1 to see where an answer ends; all of ours tell their length. */
final class Answers {
  private static final String LENGTH = "content-length:";

  private Answers() {}

  static boolean isWhole(Buffer seen) {
    int head = endOfHead(seen);
    return head >= 0 && seen.length() >= head + bodyLength(head(seen, head));
  }

  static int status(Buffer answer) {
    return Integer.parseInt(answer.getString(9, 12));
  }

  /** The value of a header of a whole answer, or nothing. */
  static String header(Buffer answer, String name) {
    String head = head(answer, endOfHead(answer));
    int at = head.indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
    if (at < 0) {
      return "";
    }
    int from = at + name.length() + 3;
    // The head was made lower case to be searched; the value is taken as it came.
    return answer.getString(from, head.indexOf("\r\n", from)).strip();
  }

  private static int endOfHead(Buffer seen) {
    for (int i = 3; i < seen.length(); i++) {
      if (seen.getByte(i) == '\n' && seen.getByte(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private static String head(Buffer seen, int end) {
    return seen.getString(0, end, StandardCharsets.ISO_8859_1.name()).toLowerCase(Locale.ROOT);
  }

  private static int bodyLength(String head) {
    int at = head.indexOf(LENGTH);
    return at < 0
        ? 0
        : Integer.parseInt(head.substring(at + LENGTH.length(), head.indexOf("\r\n", at)).strip());
  }
}
