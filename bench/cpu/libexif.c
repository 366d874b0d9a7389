/*
 * libexif as a contestant: reads JPEG files that are in memory, and reports the processor time.
 *
 *   libexif FILE ...
 *
 * It loads all files. Then it answers each line of standard input by one line:
 *   count   the number of tags of each file
 *   load    CPU microseconds and tags of one round: parse each file once, and visit its entries
 *   text    the same, and write each value as text
 *   usual   the same with the options that libexif starts with: it also adds the tags that the standard requires
 * Each task parses the maker notes that libexif knows; no option prevents that.
 */
#include <libexif/exif-data.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  unsigned char *bytes;
  unsigned int size;
} File;

static File readFile(const char *path) {
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) {
    perror(path);
    exit(1);
  }
  fseek(stream, 0, SEEK_END);
  File file = {NULL, (unsigned int)ftell(stream)};
  rewind(stream);
  file.bytes = malloc(file.size + 1);
  if (file.bytes == NULL || fread(file.bytes, 1, file.size, stream) != file.size) {
    perror(path);
    exit(1);
  }
  fclose(stream);
  return file;
}

typedef struct {
  int asText;
  int usual;
} Task;

/* Without the two options, libexif keeps unknown tags and adds none: it does less work, and finds the tags that we find. */
static unsigned int readTags(File file, Task task) {
  char text[1024];
  unsigned int tags = 0;
  ExifData *data = exif_data_new();
  if (!task.usual) {
    exif_data_unset_option(data, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  }
  exif_data_load_data(data, file.bytes, file.size);
  for (int ifd = 0; ifd < EXIF_IFD_COUNT; ifd++) {
    ExifContent *content = data->ifd[ifd];
    for (unsigned int i = 0; i < content->count; i++) {
      if (task.asText) exif_entry_get_value(content->entries[i], text, sizeof text);
      tags++;
    }
  }
  exif_data_unref(data);
  return tags;
}

static double cpuMicros(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
  int count = argc - 1;
  File *files = calloc((size_t)argc, sizeof(File));
  if (files == NULL) return 1;
  for (int i = 0; i < count; i++) files[i] = readFile(argv[i + 1]);
  char line[16];
  while (fgets(line, sizeof line, stdin) != NULL) {
    int usual = strcmp(line, "usual\n") == 0;
    Task task = {usual || strcmp(line, "text\n") == 0, usual};
    if (strcmp(line, "count\n") == 0) {
      for (int i = 0; i < count; i++) printf("%u ", readTags(files[i], task));
    } else {
      double before = cpuMicros();
      unsigned int tags = 0;
      for (int i = 0; i < count; i++) tags += readTags(files[i], task);
      printf("%.1f %u", cpuMicros() - before, tags);
    }
    printf("\n");
    fflush(stdout);
  }
  return 0;
}
