namespace StreamBert.Contracts;

/// <summary>Signals that a path names a directory, a pipe, a device or a socket.</summary>
public sealed class NotRegularFileException(string path, string kind)
    : IOException($"'{path}' is {kind}; only regular files are read. Give a file, or copy what it holds into one.");
