package io.doorbuster.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * What is logged and where: to standard error, a line a message. Found by its name under {@code
 * META-INF/services}. In code, since to read it from a file of XML takes a tenth of a start; a file
 * that {@code -Dlogback.configurationFile} names is read instead.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
  /** Of a stack trace the first lines only. */
  private static final String LINE = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex{12}";

  /** They tell much that no operator can use. */
  private static final List<String> WARNINGS_ONLY =
      List.of("io.netty", "io.vertx", "org.flywaydb", "com.zaxxer.hikari");

  /** A broker that is away is a line of ours; its client would tell it at every try. */
  private static final List<String> ERRORS_ONLY = List.of("org.apache.kafka", "com.rabbitmq");

  /** They call a wrong password an error, at every try. */
  private static final List<String> SILENT =
      List.of(
          "org.apache.kafka.clients.NetworkClient", "com.rabbitmq.client.impl.SocketFrameHandler");

  @Override
  public ExecutionStatus configure(LoggerContext loggers) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(loggers);
    encoder.setPattern(LINE);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(loggers);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    WARNINGS_ONLY.forEach(name -> loggers.getLogger(name).setLevel(Level.WARN));
    ERRORS_ONLY.forEach(name -> loggers.getLogger(name).setLevel(Level.ERROR));
    SILENT.forEach(name -> loggers.getLogger(name).setLevel(Level.OFF));
    Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(console);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
