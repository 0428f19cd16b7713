using StreamBert.Cli.Files;

namespace StreamBert.Cli.ModelCards.Contents;

/// <summary>A file that a model was trained, validated or tested on.</summary>
/// <param name="Use">What it was used for.</param>
/// <param name="Head">The head; null if several heads share it.</param>
/// <param name="Name">The name of the file, without its directory.</param>
/// <param name="Rows">The number of its rows.</param>
/// <param name="Sha256">The SHA-256 of the file.</param>
internal sealed record CardFile(string Use, string? Head, string Name, long Rows, string Sha256)
{
    public const string Corpus = "pre-training", Train = "train", Validation = "validation", Test = "test";

    public static CardFile Create(string use, string? head, string path, long rows) =>
        new(use, head, Path.GetFileName(path), rows, FileChecksum.Compute(path));
}
