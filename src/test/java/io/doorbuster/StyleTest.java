package io.doorbuster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The limits of size and wording, held against every file of the project's tree. */
final class StyleTest {

  private static final int LINE_COLUMNS_MAX = 100;
  private static final int METHOD_LINES_MAX = 70;
  private static final int FILE_LINES_MAX = 250;

  /** A suite of cases may be longer than a class: it is read a case at a time. */
  private static final int TEST_FILE_LINES_MAX = 500;

  /** The heading in a class's javadoc that lets the file be longer. */
  private static final String DESIGN_NOTE = "<h2>Design";

  // Written in halves, so that this file passes itself.
  private static final Pattern FORBIDDEN_WORDS =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|(?i:st" + "ub|place" + "holder)s?)\\b");
  private static final Pattern SWITCHED_OFF =
      Pattern.compile(
          "@Dis" + "abled\\b|\\bassume" + "(True|False|That)\\b|\\borg\\.moc" + "kito\\b");
  private static final Pattern MACHINE_PATH =
      Pattern.compile(
          "(?<![\\w./-])/(wo" + "rk|ro" + "ot|home/\\w+|Users/\\w+)/|\\b[A-Z]:\\\\Users");

  private static final Set<String> FORBIDDEN_ROOMS =
      Set.of("util", "utils", "common", "model", "dto", "impl", "service", "helper", "misc");

  /** Second words for what has a name already, or words that name nothing. */
  private static final Pattern FORBIDDEN_TYPE_WORDS =
      Pattern.compile("Seckill|Goods|Quota|Ticket|User|Dto|Utils?$|Helper|Manager|Impl$");

  private static final Pattern ROOM_LINE =
      Pattern.compile("\\A/\\*\\*\\s+(?:\\* )?(\\w+): .+ in, [^*]*?out\\.");

  private static final Set<String> TEXT =
      Set.of(
          "java",
          "xml",
          "md",
          "yaml",
          "yml",
          "sql",
          "js",
          "css",
          "html",
          "json",
          "properties",
          "sh",
          "txt",
          "");

  private static final List<Path> TREE = tree();

  @Test
  void lines_ofCode_haveAtMostAHundredColumns() {
    List<String> wide = new ArrayList<>();
    eachLine(
        TREE.stream().filter(file -> isJava(file) || isScript(file)).toList(),
        (place, line) -> {
          if (line.codePointCount(0, line.length()) > LINE_COLUMNS_MAX
              && !line.startsWith("import ")) {
            wide.add(place);
          }
        });
    assertThat(wide).isEmpty();
  }

  @Test
  void methods_ofAllClasses_haveAtMostSeventyLines() {
    List<String> tall = new ArrayList<>();
    parse(
        (file, scan) ->
            new TreeScanner<Void, Void>() {
              @Override
              public Void visitMethod(MethodTree method, Void nothing) {
                int lines = scan.lines(method);
                if (lines > METHOD_LINES_MAX) {
                  tall.add("%s#%s has %d lines".formatted(file, method.getName(), lines));
                }
                return super.visitMethod(method, null);
              }
            }.scan(scan.unit, null));
    assertThat(tall).isEmpty();
  }

  @Test
  void files_withoutADesignNote_areShort() {
    List<String> tall = new ArrayList<>();
    for (Path file : javaFiles()) {
      String text = read(file);
      long lines = text.lines().count();
      int max = file.startsWith("src/test") ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
      if (lines > max && !text.contains(DESIGN_NOTE)) {
        tall.add("%s has %d lines".formatted(file, lines));
      }
    }
    assertThat(tall).isEmpty();
  }

  @Test
  void classes_ofTheProgram_areFinal() {
    List<String> open = new ArrayList<>();
    parse(
        (file, scan) ->
            new TreeScanner<Void, Void>() {
              @Override
              public Void visitClass(ClassTree type, Void nothing) {
                if (file.startsWith("src/test")) {
                  return null;
                }
                Set<Modifier> flags = type.getModifiers().getFlags();
                boolean closed =
                    flags.contains(Modifier.FINAL)
                        || flags.contains(Modifier.ABSTRACT)
                        || flags.contains(Modifier.SEALED);
                boolean named = !type.getSimpleName().isEmpty();
                if (type.getKind() == Tree.Kind.CLASS && named && !closed) {
                  open.add(file + ": " + type.getSimpleName());
                }
                if (FORBIDDEN_TYPE_WORDS.matcher(type.getSimpleName()).find()) {
                  open.add(file + ": a forbidden word in " + type.getSimpleName());
                }
                return super.visitClass(type, null);
              }
            }.scan(scan.unit, null));
    assertThat(open).isEmpty();
  }

  @Test
  void imports_ofAllClasses_nameOneType() {
    List<String> wild = new ArrayList<>();
    parse(
        (file, scan) -> {
          for (ImportTree line : scan.unit.getImports()) {
            if (line.getQualifiedIdentifier().toString().endsWith(".*")) {
              wild.add(file + ": " + line.toString().strip());
            }
          }
        });
    assertThat(wild).isEmpty();
  }

  @Test
  void words_inSources_areNotForbidden() {
    List<String> found = new ArrayList<>();
    eachLine(
        TREE.stream().filter(file -> file.startsWith("src")).toList(),
        (place, line) -> {
          if (FORBIDDEN_WORDS.matcher(line).find() || SWITCHED_OFF.matcher(line).find()) {
            found.add(place + ": " + line.strip());
          }
        });
    assertThat(found).isEmpty();
  }

  @Test
  void paths_inTextFiles_nameNoMachine() {
    List<String> found = new ArrayList<>();
    eachLine(
        TREE,
        (place, line) -> {
          if (MACHINE_PATH.matcher(line).find()) {
            found.add(place + ": " + line.strip());
          }
        });
    assertThat(found).isEmpty();
  }

  @Test
  void rooms_allOfThem_sayWhatGoesInAndOut() throws IOException {
    List<String> wrong = new ArrayList<>();
    try (var rooms = Files.list(Path.of("src/main/java/io/doorbuster"))) {
      for (Path room : rooms.filter(Files::isDirectory).sorted().toList()) {
        Path info = room.resolve("package-info.java");
        String text = Files.exists(info) ? read(info) : "";
        var line = ROOM_LINE.matcher(text);
        if (!line.find() || !line.group(1).equals(room.getFileName().toString())) {
          wrong.add(info + " does not begin with \"room: ... in, ... out.\"");
        }
        if (!text.contains("\n@NullMarked\npackage ")) {
          wrong.add(info + " is not @NullMarked");
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void packages_atAnyDepth_haveATellingName() {
    Set<String> vague = new TreeSet<>();
    for (Path file : javaFiles()) {
      for (Path part : file) {
        if (FORBIDDEN_ROOMS.contains(part.toString())) {
          vague.add(file.toString());
        }
      }
    }
    assertThat(vague).isEmpty();
  }

  private static List<Path> javaFiles() {
    return TREE.stream().filter(StyleTest::isJava).filter(file -> file.startsWith("src")).toList();
  }

  private static boolean isJava(Path file) {
    return file.toString().endsWith(".java");
  }

  private static boolean isScript(Path file) {
    return Set.of("doorbuster", "check", "bench", ".ci/run").contains(file.toString());
  }

  /** One parsed file, and where its parts begin and end. */
  private record Scan(CompilationUnitTree unit, SourcePositions positions) {
    int lines(Tree part) {
      var map = unit.getLineMap();
      long first = map.getLineNumber(positions.getStartPosition(unit, part));
      return (int) (map.getLineNumber(positions.getEndPosition(unit, part)) - first + 1);
    }
  }

  private static void parse(BiConsumer<Path, Scan> each) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var sources = files.getJavaFileObjectsFromPaths(javaFiles());
      var task = (JavacTask) compiler.getTask(null, files, null, null, null, sources);
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        each.accept(Path.of(unit.getSourceFile().getName()), new Scan(unit, positions));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void eachLine(List<Path> files, BiConsumer<String, String> each) {
    for (Path file : files) {
      List<String> lines = read(file).lines().collect(Collectors.toList());
      for (int i = 0; i < lines.size(); i++) {
        each.accept(file + ":" + (i + 1), lines.get(i));
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      return ""; // not text
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The project's text files, without what is made, private to a tool, or another's. */
  private static List<Path> tree() {
    Set<String> others = Set.of(".git", "target", "data", ".idea", ".vscode", "node_modules");
    List<Path> found = new ArrayList<>();
    var visitor =
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return others.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            String ending = name.substring(name.lastIndexOf('.') + 1);
            if (TEXT.contains(name.contains(".") ? ending : "") && !name.equals(".git")) {
              found.add(Path.of("").toAbsolutePath().relativize(file.toAbsolutePath()));
            }
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(Path.of("").toAbsolutePath(), visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream().sorted().toList();
  }
}
