package io.vagus.journal;

import io.vagus.kit.DataSize;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** With segments so small that most tests go over several. */
final class FileJournalContractTest extends JournalContract {
  @TempDir Path dir;

  @Override
  Journal create(DataSize queueBytes) {
    return FileJournals.open(dir, FileJournals.config(new DataSize(4 << 10), queueBytes));
  }
}
