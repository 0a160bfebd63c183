package io.doorbuster.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Sends prepared requests one after another over one connection, and reads past their answers. */
final class LoopbackCaller implements Runnable {
  private static final String LENGTH = "content-length:";
  private static final int TIMEOUT_MS = 5_000;

  private final int port;
  private final List<byte[]> requests;
  private final BooleanSupplier goesOn;
  private int next;

  /**
   * @param start the first request; then round and round
   * @param goesOn asked before each
   */
  LoopbackCaller(int port, List<byte[]> requests, int start, BooleanSupplier goesOn) {
    this.port = port;
    this.requests = requests;
    this.next = start;
    this.goesOn = goesOn;
  }

  @Override
  public void run() {
    while (goesOn.getAsBoolean()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        InputStream answers = new BufferedInputStream(socket.getInputStream());
        while (goesOn.getAsBoolean()) {
          socket.getOutputStream().write(requests.get(next));
          next = (next + 1) % requests.size();
          skipAnswer(answers);
        }
      } catch (IOException e) {
        next = (next + 1) % requests.size(); // a server may close after an answer: on by another
      }
    }
  }

  private static void skipAnswer(InputStream in) throws IOException {
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        length = Integer.parseInt(line.substring(LENGTH.length()).strip());
      }
    }
    in.skipNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
