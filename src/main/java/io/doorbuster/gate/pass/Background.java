package io.doorbuster.gate.pass;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that gets the processors' spare time. Java's own thread priorities do nothing on Linux, so
 * the kernel is asked; on other systems nothing changes.
 */
final class Background {
  private static final Logger log = LoggerFactory.getLogger(Background.class);

  /** For Linux this is the calling thread, where the number is 0. */
  private static final int PRIO_PROCESS = 0;

  /** Of -20 to 19; a thread of 0 gets 28 times the time of one of 15 while both want it. */
  private static final int NICENESS = 15;

  private Background() {}

  /** What the thread runs, with the spare time. */
  static Runnable of(Runnable work) {
    return () -> {
      if (System.getProperty("os.name", "").equals("Linux")) {
        giveWay();
      }
      work.run();
    };
  }

  @SuppressWarnings("restricted") // the arguments are those of the manual page
  private static void giveWay() {
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle setPriority =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("setpriority"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT));
      int failed = (int) setPriority.invokeExact(PRIO_PROCESS, 0, NICENESS);
      if (failed != 0) {
        log.debug("the kernel leaves this thread its priority");
      }
    } catch (Throwable e) { // invokeExact declares it; without the priority all still works
      log.debug("this thread keeps its priority: {}", e.toString());
    }
  }
}
