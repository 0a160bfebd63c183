package io.doorbuster.cli;

import io.doorbuster.cli.edge.EdgeCommand;
import io.doorbuster.cli.operator.BlockCommand;
import io.doorbuster.cli.operator.EventsCommand;
import io.doorbuster.cli.operator.KeysCommand;
import io.doorbuster.cli.operator.OrderCommand;
import io.doorbuster.cli.operator.SaleCommand;
import io.doorbuster.cli.operator.StockCommand;
import io.doorbuster.cli.plan.PlanCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line: exit 0 is done, 1 is failed, 2 is wrong usage. */
@Command(
    name = "doorbuster",
    description = "Runs flash sales beside an existing shop.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = VersionCommand.class)
public final class Main implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          ServeCommand.class,
          SaleCommand.class,
          OrderCommand.class,
          EventsCommand.class,
          BlockCommand.class,
          KeysCommand.class,
          StockCommand.class,
          DrillCommand.class,
          PlanCommand.class,
          EdgeCommand.class,
          VersionCommand.class);

  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";
  private static final int CARRIERS_MIN = 4;

  @Spec private CommandSpec spec;

  /** The program's start; ends the process with the command's exit code. */
  public static void main(String[] args) {
    setCarriers();
    System.exit(commandLine(args.length == 0 ? "" : args[0]).execute(args));
  }

  /**
   * Virtual threads that wait for the disk pin their carrier, so there are more carriers than
   * cores. It is read when the first virtual thread is made, hence here.
   */
  static void setCarriers() {
    if (System.getProperty(CARRIERS) == null) {
      int carriers = Math.max(2 * Runtime.getRuntime().availableProcessors(), CARRIERS_MIN);
      System.setProperty(CARRIERS, Integer.toString(carriers));
    }
  }

  /**
   * The root with the command of a name, or with all where there is none: to read what a command
   * takes is a good part of a start.
   */
  static CommandLine commandLine(String name) {
    CommandLine line = new CommandLine(new Main());
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(type -> type.getAnnotation(Command.class).name().equals(name))
            .toList();
    (named.isEmpty() ? COMMANDS : named).forEach(line::addSubcommand);
    // Not in the annotation, whose footer would stand under every command's help.
    line.getCommandSpec()
        .usageMessage()
        .footer(
            "",
            "Every command has --help. In a source tree the script ./doorbuster has more:",
            "  build    Builds and no more; other commands build where something changed.",
            "  dist     Makes an archive that runs without Maven, sources or network.",
            "  image    Makes an OCI image, without a daemon.",
            "  jdk      Prints the folder of the JDK that it found.");
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }
}
