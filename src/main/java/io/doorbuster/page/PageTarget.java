package io.doorbuster.page;

import java.io.IOException;
import java.util.List;

/** Where published pages are kept for servers that are not ours. Calls may take minutes. */
public interface PageTarget extends AutoCloseable {
  /** What it is, in a word: folder or bucket. */
  String kind();

  /** Its path or address, as people know it. */
  String where();

  /** Whether its files are there in a moment, so that who publishes a page may wait for them. */
  boolean isNear();

  /**
   * Writes a sale's files, and its HTML only when all others are there. What is there already is
   * left alone; files of older versions stay.
   *
   * @param anew whether what this process has written before is to be looked at again
   * @param written hears of each file that is there, from any thread
   * @throws IOException where it does not take all; its message names the mend
   */
  void put(String sale, List<Encoded> files, boolean anew, Runnable written)
      throws IOException, InterruptedException;

  /**
   * Takes all files of a sale away, the HTML first; none there is no fault.
   *
   * @throws IOException where some may still be there; its message names the mend
   */
  void remove(String sale) throws IOException, InterruptedException;

  /**
   * Those of a sale's files that are not there as they are to be, in order.
   *
   * @throws IOException where it can not be asked; its message names the mend
   */
  List<String> listMissing(String sale, List<Encoded> files)
      throws IOException, InterruptedException;

  @Override
  void close();

  /** For a process that leaves it to others. */
  static PageTarget none() {
    return new PageTarget() {
      @Override
      public String kind() {
        return "none";
      }

      @Override
      public String where() {
        return "";
      }

      @Override
      public boolean isNear() {
        return true;
      }

      @Override
      public void put(String sale, List<Encoded> files, boolean anew, Runnable written) {
        files.forEach(file -> written.run());
      }

      @Override
      public void remove(String sale) {}

      @Override
      public List<String> listMissing(String sale, List<Encoded> files) {
        return List.of();
      }

      @Override
      public void close() {}
    };
  }
}
