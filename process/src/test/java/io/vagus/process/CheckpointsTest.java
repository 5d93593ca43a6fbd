package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path folder;

  private static Bytes frame(long value) {
    Bytes frame = Bytes.ofCapacity(8);
    return frame.putLong(value);
  }

  private List<Long> read() {
    List<Long> values = new ArrayList<>();
    Checkpoints.open(folder, frame -> values.add(frame.getLong())).close();
    return values;
  }

  @Test
  void givesBackAllFramesInOrder() {
    try (Checkpoints c = Checkpoints.open(folder, frame -> {})) {
      c.append(frame(1));
      c.append(frame(2));
    }
    assertThat(read()).containsExactly(1L, 2L);
  }

  @Test
  void endsBeforeTheFrameThatIsTornAtAnyByte() throws IOException {
    try (Checkpoints c = Checkpoints.open(folder, frame -> {})) {
      c.append(frame(1));
      c.append(frame(2));
    }
    Path delta = folder.resolve("delta-0");
    byte[] whole = Files.readAllBytes(delta);
    for (int length = 0; length < whole.length; length++) {
      Files.write(delta, Arrays.copyOf(whole, length));
      List<Long> expected = length < whole.length / 2 ? List.of() : List.of(1L);
      assertThat(read()).as("torn at byte %d", length).isEqualTo(expected);
      assertThat(Files.size(delta)).isEqualTo(expected.size() * whole.length / 2);
    }
    for (int at = whole.length / 2; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(delta, damaged);
      assertThat(read()).as("damaged at byte %d", at).containsExactly(1L);
    }
  }

  @Test
  void replacesADeltaThatOutgrewItsBase() {
    try (Checkpoints c = Checkpoints.open(folder, 10, frame -> {})) {
      assertThat(c.wantsBase()).isFalse();
      c.append(frame(1));
      assertThat(c.wantsBase()).isTrue();
      c.rebase(sink -> sink.accept(frame(7)));
      c.append(frame(8));
    }
    assertThat(read()).containsExactly(7L, 8L);
    assertThat(folder)
        .isDirectoryContaining("glob:**base-1")
        .isDirectoryContaining("glob:**delta-1");
    assertThat(names()).containsExactly("base-1", "delta-1");
  }

  @Test
  void survivesACrashAtEachStepOfANewBase() throws IOException {
    try (Checkpoints c = Checkpoints.open(folder, frame -> {})) {
      c.append(frame(1));
      assertThatThrownBy(() ->
              c.rebase(sink -> {
                sink.accept(frame(1));
                throw new IllegalStateException("crash");
              }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(names()).contains("base-1.tmp");
    assertThat(read()).as("before the rename").containsExactly(1L);
    assertThat(names()).containsExactly("delta-0");
    byte[] delta = Files.readAllBytes(folder.resolve("delta-0"));
    Files.write(folder.resolve("base-1"), delta);
    assertThat(read()).as("after the rename").containsExactly(1L);
    assertThat(names()).containsExactly("base-1", "delta-1");
  }

  @Test
  void refusesADamagedBaseAndLeavesItAsItIs() throws IOException {
    try (Checkpoints c = Checkpoints.open(folder, frame -> {})) {
      c.rebase(sink -> sink.accept(frame(7)));
    }
    Files.write(folder.resolve("base-1"), new byte[] {1}, StandardOpenOption.APPEND);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(this::read)
          .isInstanceOf(VagusException.class)
          .hasMessageContaining("16 of 17");
    }
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
