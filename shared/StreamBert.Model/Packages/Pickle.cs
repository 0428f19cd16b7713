namespace StreamBert.Model.Packages;

/// <summary>
/// PyTorch's own files. They are programs that run when they are read, so they are only ever recognised, to say what to do instead.
/// </summary>
internal static class Pickle
{
    public const string Advice =
        "Reading a pickle runs the code in it, so StreamBert never does. Take the checkpoint's model.safetensors instead, or make one where you trust the "
        + "file, in Python: model.save_pretrained(directory, safe_serialization=True).";

    private static readonly string[] Patterns = ["*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.pickle"];

    /// <summary>The pickles of a directory, by name.</summary>
    public static IReadOnlyList<string> In(string directory) =>
        [.. Patterns.SelectMany(pattern => Directory.EnumerateFiles(directory, pattern)).Select(static path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    /// <summary>What a file that begins so is, if it is PyTorch's.</summary>
    public static string? Kind(ReadOnlySpan<byte> start) => start switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => "a zip archive, as PyTorch saves pickles,",
        [0x80, >= 2 and <= 5, ..] => "a pickle",
        _ => null,
    };
}
