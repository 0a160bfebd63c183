# Part of ./doorbuster: makes target/doorbuster-image.tar, an OCI image, without a daemon.
# It has a runtime of the JDK's modules that the program needs, and where there is no base image the
# few files of this machine that a JVM needs of a system: the loader, the C library and its kin.
# shellcheck shell=sh disable=SC2154 # home, jdk, maven, say and die are those of ./doorbuster

# ImageIT holds this list against what jdeps finds and against a real start.
image_modules=java.base,java.desktop,java.management,java.naming,java.net.http,java.security.jgss
image_modules=$image_modules,java.security.sasl,java.sql,jdk.jfr,jdk.jcmd,jdk.management
image_modules=$image_modules,jdk.unsupported

image_user=10001

# The libraries that a file asks for, with the loader: a path a line.
libraries_of() {
  ldd "$@" 2>/dev/null | sed -n 's:^[^/]*\(/[^ :]*\) (0x.*:\1:p' | sort -u
}

# Copies each library of the system that the runtime and the jars' native parts ask for.
copy_libraries() {
  natives=$home/target/image/natives
  mkdir -p "$natives"
  for jar in "$home"/target/lib/*native*.jar "$home"/target/lib/sqlite*.jar; do
    # What is for other systems says nothing to ldd.
    (cd "$natives" && "$jdk/bin/jar" xf "$jar")
  done
  find "$natives" "$home/target/image/runtime" -type f \
    \( -name '*.so' -o -path '*/bin/java' \) >"$home/target/image/files"
  while IFS= read -r file; do
    libraries_of "$file"
  done <"$home/target/image/files" | sort -u | while IFS= read -r library; do
    case $library in
      "$home"/*) ;;
      *)
        mkdir -p "$1$(dirname "$library")"
        cp -L "$library" "$1$library"
        ;;
    esac
  done
  # Names are looked up by the C library itself from glibc 2.34 on, by these before it.
  for library in /lib/*-linux-gnu/libnss_dns.so.2 /lib/*-linux-gnu/libnss_files.so.2; do
    [ ! -e "$library" ] || { mkdir -p "$1${library%/*}" && cp -L "$library" "$1$library"; }
  done
  find "$1" -name 'ld-*.so*' | grep -q . ||
    die "no loader was found by ldd; give a base image with a C library: image --base NAME"
}

# What a JVM looks for beside libraries.
write_system_files() {
  mkdir -p "$1/etc" "$1/tmp" "$1/data"
  echo "doorbuster:x:$image_user:$image_user::/data:/nologin" >"$1/etc/passwd"
  echo "doorbuster:x:$image_user:" >"$1/etc/group"
  echo "hosts: files dns" >"$1/etc/nsswitch.conf"
}

# Beside the OCI layout, the list by which older Dockers load a tar.
add_docker_manifest() {
  index=$(tar -xOf "$1" index.json)
  # shellcheck disable=SC2046 # the digests are words
  set -- "$1" $(digests "$(tar -xOf "$1" "blobs/sha256/$(digests "$index")")")
  tar=$1 config=$2
  shift 2
  layers=$(printf ',"blobs/sha256/%s"' "$@")
  name=$(printf '%s' "$index" | sed -n 's/.*"org.opencontainers.image.ref.name":"\([^"]*\)".*/\1/p')
  printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":[%s]}]' \
    "$config" "$name" "${layers#,}" >"$home/target/image/manifest.json"
  tar -C "$home/target/image" -rf "$tar" manifest.json
}

digests() {
  printf '%s' "$1" | grep -o 'sha256:[0-9a-f]*' | cut -d : -f 2
}

#   image [--base NAME]
image() {
  base=scratch
  case ${1:-} in
    '') ;;
    --base) base=${2:-} && [ -n "$base" ] || die "image --base needs the name of an image." ;;
    *) die "image takes --base NAME and nothing else." ;;
  esac
  [ "$(uname -sm)" = 'Linux x86_64' ] ||
    die "image needs Linux on x86_64, which the image is for; this is $(uname -sm)."
  say "making the image on $base (some 30 s) ..."
  rm -rf "$home/target/image"
  mkdir -p "$home/target/image/system/data" "$home/target/image/system/tmp"
  "$jdk/bin/jlink" --add-modules "$image_modules" --strip-debug --no-header-files \
    --no-man-pages --generate-cds-archive --output "$home/target/image/runtime" >&2 ||
    die "jlink made no runtime of $jdk."
  # Pictures are scaled without a screen; these ask the building machine for one, or for sound.
  for part in awt_xawt jawt splashscreen jsound; do
    rm -f "$home/target/image/runtime/lib/lib$part.so"
  done
  if [ "$base" = scratch ]; then
    copy_libraries "$home/target/image/system"
    write_system_files "$home/target/image/system"
  fi
  cp "$home/target/run/doorbuster.jar" "$home/target/doorbuster.jar"
  maven jib:buildTar -Dimage.base="$base" || die "the image could not be made."
  add_docker_manifest "$home/target/doorbuster-image.tar"
  rm -rf "$home/target/image"
  echo "$home/target/doorbuster-image.tar"
}
