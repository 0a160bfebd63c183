package io.doorbuster.cli.preflight;

import io.doorbuster.sale.ClockOffset;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Asks a time server, by RFC 4330. The time that the server itself took is not part of the
 * uncertainty; how well it knows the time is not told.
 */
final class Sntp {
  static final int PORT = 123;

  private static final int SAMPLES = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final int PACKET_BYTES = 48;
  private static final int RECEIVE_AT = 32;
  private static final int TRANSMIT_AT = 40;
  private static final int ORIGINATE_AT = 24;
  private static final int STRATUM_AT = 1;
  private static final int STRATUM_MAX = 15;
  private static final int REFERENCE_AT = 12;

  /** Version 4, a client's. */
  private static final byte ASK = 0x23;

  private static final int MODE = 0x07;
  private static final int SERVER = 4;
  private static final int LEAP = 0xC0;
  private static final int UNSYNCHRONISED = 0xC0;

  /** From 1900, where its count begins, to 1970. */
  private static final long TO_EPOCH_S = 2_208_988_800L;

  /** The count began anew in 2036: who has its highest bit not set means that. */
  private static final long ERA_S = 1L << 32;

  private static final double FRACTION = 4_294_967_296.0;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Sntp() {}

  /**
   * How far the server's clock is ahead of ours, by the shortest of some round trips.
   *
   * @throws IOException where none of them was answered rightly; the message says how
   */
  static ClockOffset ask(String host, int port, InstantSource clock) throws IOException {
    InetAddress address = InetAddress.getAllByName(host)[0];
    IOException fault = new IOException("no answer");
    ClockOffset best = null;
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      socket.connect(new InetSocketAddress(address, port));
      for (int i = 0; i < SAMPLES; i++) {
        try {
          ClockOffset one = askOnce(socket, clock);
          best = best == null ? one : best.better(one);
        } catch (SocketTimeoutException e) {
          fault = new IOException("no answer within " + TIMEOUT.toMillis() + " ms", e);
        } catch (IOException e) {
          fault = e;
        }
      }
    }
    if (best == null) {
      throw fault;
    }
    return best;
  }

  /** What is sent as our time is random: only who has heard it can have answered. */
  private static ClockOffset askOnce(DatagramSocket socket, InstantSource clock)
      throws IOException {
    ByteBuffer question = ByteBuffer.allocate(PACKET_BYTES);
    long ours = RANDOM.nextLong();
    question.put(0, ASK).putLong(TRANSMIT_AT, ours);
    Instant asked = clock.instant();
    long startNs = System.nanoTime();
    socket.send(new DatagramPacket(question.array(), PACKET_BYTES));
    DatagramPacket packet = new DatagramPacket(new byte[PACKET_BYTES], PACKET_BYTES);
    ByteBuffer answer;
    do { // an answer to an earlier question may come late
      socket.receive(packet);
      answer = ByteBuffer.wrap(packet.getData());
    } while (packet.getLength() >= PACKET_BYTES && answer.getLong(ORIGINATE_AT) != ours);
    Instant answered = asked.plusNanos(System.nanoTime() - startNs);
    check(packet.getLength(), answer);
    return offset(asked, instant(answer, RECEIVE_AT), instant(answer, TRANSMIT_AT), answered);
  }

  /** The two ways are taken to last equally long; each can have lasted from nothing to both. */
  private static ClockOffset offset(
      Instant asked, Instant received, Instant sent, Instant answered) {
    Duration there = Duration.between(asked, received);
    Duration back = Duration.between(answered, sent);
    Duration ways = Duration.between(asked, answered).minus(Duration.between(received, sent));
    return new ClockOffset(there.plus(back).dividedBy(2), ways.dividedBy(2).abs());
  }

  private static void check(int length, ByteBuffer answer) throws IOException {
    if (length < PACKET_BYTES || (answer.get(0) & MODE) != SERVER) {
      throw new IOException("what answers there is no time server");
    }
    int stratum = answer.get(STRATUM_AT) & 0xFF;
    if (stratum == 0) {
      byte[] word = new byte[4];
      answer.get(REFERENCE_AT, word);
      String code = new String(word, StandardCharsets.US_ASCII);
      throw new IOException("it does not serve us (" + code.replaceAll("[^A-Z]", "") + ")");
    }
    boolean lost = (answer.get(0) & LEAP) == UNSYNCHRONISED || stratum > STRATUM_MAX;
    if (lost || answer.getLong(TRANSMIT_AT) == 0) {
      throw new IOException("it does not know the time itself");
    }
  }

  private static Instant instant(ByteBuffer packet, int at) {
    long seconds = packet.getInt(at) & 0xFFFF_FFFFL;
    long era = seconds >= ERA_S / 2 ? 0 : ERA_S;
    double fraction = (packet.getInt(at + 4) & 0xFFFF_FFFFL) / FRACTION;
    return Instant.ofEpochSecond(seconds + era - TO_EPOCH_S, Math.round(fraction * 1e9));
  }
}
