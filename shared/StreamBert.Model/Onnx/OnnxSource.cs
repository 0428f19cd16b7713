using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Model.Onnx;

/// <summary>An ONNX model, and the files that a package needs beside its weights.</summary>
/// <param name="Name">The name of the file, for messages.</param>
/// <param name="Content">The bytes of the file.</param>
public sealed record OnnxSource(string Name, ArraySegment<byte> Content)
{
    /// <summary>
    /// The files to copy: <c>config.json</c>, if the graph does not show everything or the labels have names, and the files of the
    /// tokenizer, each with its name in the package.
    /// </summary>
    public IReadOnlyDictionary<string, string> Companions { get; init; } = new Dictionary<string, string>();

    /// <summary>The version of the package.</summary>
    public required string Version { get; init; }

    /// <summary>Another name for the head of a classifier; null to keep it.</summary>
    public string? Head { get; init; }

    /// <summary>The licence of the weights, as an SPDX identifier; null if it is unknown.</summary>
    public string? License { get; init; }

    /// <summary>How a text's embedding is computed.</summary>
    public EmbeddingManifest Embedding { get; init; } = new();

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="version">The version of the package.</param>
    /// <returns>The model, with the configuration and tokenizer files in its directory.</returns>
    /// <exception cref="ModelPackageException">The file cannot be read, or it is too large.</exception>
    public static OnnxSource Open(string path, string version)
    {
        var content = OnnxReader.ReadFile(path);
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new(path, content)
        {
            Version = version,
            Companions = PackageFiles.ListCompanions(directory)
                .ToDictionary(static file => file, file => Path.Combine(directory, file), StringComparer.Ordinal),
        };
    }
}
