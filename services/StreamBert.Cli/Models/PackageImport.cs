using System.Text.RegularExpressions;
using StreamBert.Cli.CommandLine;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Models;

/// <summary>A version that the registry holds now.</summary>
/// <param name="Directory">Where its package lies.</param>
/// <param name="IsNew">False: the same was there already.</param>
internal sealed record ImportedModel(string Model, string Version, string Directory, PackageInfo Info, bool IsNew);

/// <summary>Takes a checked package into the registry.</summary>
internal sealed partial class PackageImport(ModelDirectory registry)
{
    private const int ChecksumDigits = 8;

    /// <param name="model">What pipelines call the model; null: the directory's name.</param>
    /// <param name="version">Null: the model's name with the beginning of the weights' checksum.</param>
    /// <param name="head">What the one head of a plain checkpoint is called from now on; null: as the package has it.</param>
    /// <exception cref="ModelPackageException">It is no package that can serve.</exception>
    /// <exception cref="CliException">A name cannot be used, or the version is another package's.</exception>
    public ImportedModel Run(string source, string? model, string? version, string? head)
    {
        model = Name(model ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source))), "--name");
        if (head is not null)
            Name(head, "--head");
        var info = PackageCheck.Run(source);
        version = Name(version ?? $"{model}-{info.Sha256![..ChecksumDigits]}", "--version");
        var directory = registry.Resolve(ModelDirectory.NameOf(model, version));
        return Directory.Exists(directory)
            ? new(model, version, directory, Same(directory, info, head), IsNew: false)
            : new(model, version, directory, Copy(source, model, version, head, info), IsNew: true);
    }

    private PackageInfo Copy(string source, string model, string version, string? head, PackageInfo info)
    {
        var copied = ModelPackage.Copy(source, registry.Begin(model, version), version, head);
        if (copied.Sha256 != info.Sha256)
        {
            registry.Remove(model, version);
            throw new ModelPackageException($"{source}: the weights changed while they were copied; try again when nothing writes there.");
        }
        return PackageInfo.Read(registry.Complete(model, version));
    }

    private static PackageInfo Same(string directory, PackageInfo wanted, string? head)
    {
        var there = PackageInfo.Read(directory);
        var heads = head is null ? wanted.Heads.Select(static h => h.Name) : [head];
        return there.Sha256 == wanted.Sha256 && there.Heads.Select(static h => h.Name).SequenceEqual(heads)
            ? there
            : throw new CliException(
                $"{directory} holds another package (heads {string.Join(", ", there.Heads.Select(static h => h.Name))}, SHA-256 {there.Sha256}); versions never change, so give another --version.");
    }

    private static string Name(string name, string option) => NamePattern().IsMatch(name)
        ? name
        : throw new CliException($"'{name}' cannot be a name here ({option}); give letters, digits, '.', '_' and '-', beginning with a letter or digit.");

    // A part of a path, and of topics and metrics.
    [GeneratedRegex(@"^[A-Za-z0-9](?!.*\.partial$)[A-Za-z0-9._-]{0,99}$")]
    private static partial Regex NamePattern();
}
