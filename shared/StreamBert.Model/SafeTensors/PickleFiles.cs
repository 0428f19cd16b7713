namespace StreamBert.Model.SafeTensors;

/// <summary>
/// Recognizes PyTorch's pickle files. They are programs that run when they are loaded, so they are never read, only reported with advice.
/// </summary>
internal static class PickleFiles
{
    public const string Advice =
        "Reading a pickle runs the code in it, so StreamBert never does. Take the checkpoint's model.safetensors instead, or create one "
        + "where you trust the file, in Python: model.save_pretrained(directory, safe_serialization=True).";

    private static readonly string[] Patterns = ["*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.pickle"];

    /// <summary>Returns the names of the pickle files in a directory, in order.</summary>
    public static IReadOnlyList<string> ListIn(string directory) =>
        [.. Patterns.SelectMany(pattern => Directory.EnumerateFiles(directory, pattern)).Select(static path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    /// <summary>Describes the pickle format of a file that begins with the given bytes; null if it is not a pickle.</summary>
    public static string? Describe(ReadOnlySpan<byte> start) => start switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => "a zip archive, as PyTorch saves pickles,",
        [0x80, >= 2 and <= 5, ..] => "a pickle",
        _ => null,
    };
}
