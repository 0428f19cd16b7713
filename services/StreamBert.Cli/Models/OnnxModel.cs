using StreamBert.Cli.Errors;
using StreamBert.Cli.ModelCards;
using StreamBert.Model;
using StreamBert.Model.Manifests;
using StreamBert.Model.Onnx;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Models;

/// <summary>An ONNX model to convert to a package.</summary>
/// <param name="File">The file.</param>
internal sealed record OnnxModel(string File)
{
    private const string ConfigFile = "config.json", VocabularyFile = "vocab.txt", TokenizerFile = "tokenizer.json", Partial = ".partial";

    /// <summary>The configuration of the model; null: that beside the file, if there is one.</summary>
    public string? Config { get; init; }

    /// <summary>The vocabulary or the tokenizer; null: the tokenizer files beside the file.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>The name of the head of a classifier; null: that of a plain checkpoint.</summary>
    public string? Head { get; init; }

    /// <summary>How the model embeds a text.</summary>
    public string Pooling { get; init; } = EmbeddingManifest.Mean;

    /// <summary>The name of the file without its extension.</summary>
    public string Name => Path.GetFileNameWithoutExtension(File);

    /// <summary>Writes the package and checks it. The directory appears only when the package is complete.</summary>
    /// <exception cref="CliException">The directory exists and is not empty.</exception>
    /// <exception cref="ModelPackageException">The model cannot be converted, or the package is invalid.</exception>
    public PackageInfo WritePackage(string directory)
    {
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
            throw new CliException($"The directory '{directory}' (--out) exists and is not empty; give another.");
        var partial = directory + Partial;
        Remove(partial);
        try
        {
            OnnxImport.Write(CreateSource(Path.GetFileName(directory)), partial);
            var info = PackageCheck.Run(partial);
            ModelCardStore.Update(partial, static card => card);
            Remove(directory);
            Directory.Move(partial, directory);
            return info;
        }
        catch
        {
            Remove(partial);
            throw;
        }
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    private OnnxSource CreateSource(string version)
    {
        var source = OnnxSource.Open(File, version);
        var companions = source.Companions.Where(file => Vocabulary is null || file.Key == ConfigFile).ToDictionary();
        if (Config is not null)
            companions[ConfigFile] = Config;
        if (Vocabulary is not null)
            companions[IsJson(Vocabulary) ? TokenizerFile : VocabularyFile] = Vocabulary;
        return source with { Companions = companions, Head = Head, Embedding = new() { Pooling = Pooling } };
    }

    private static bool IsJson(string file) => Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase);
}
