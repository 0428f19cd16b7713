using System.Text.RegularExpressions;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Models;

/// <summary>
/// The versions of the registry in an S3-compatible store, of which <see cref="ModelsOptions.Directory"/> is a cache: the object
/// <c>MODEL/VERSION/FILE</c> is that file. A version exists if its <c>SHA256SUMS</c> exists, which is written last and deleted first, so
/// that an interrupted upload is no version. Without <see cref="ModelsOptions.Store"/> the store is empty. Thread-safe.
/// </summary>
public sealed partial class ModelStore : IDisposable
{
    internal const string Checksums = "SHA256SUMS";
    private const string Manifest = "streambert.json";

    private readonly S3Bucket? _bucket;
    private readonly PackageRules _rules;
    private readonly TimeProvider _time;

    /// <param name="options">The store and how it is reached.</param>
    /// <param name="rules">What the model packages in it must be.</param>
    /// <param name="time">The time of waits.</param>
    /// <exception cref="ConfigurationException">An option is invalid.</exception>
    public ModelStore(ModelsOptions options, PackageRules rules, TimeProvider time)
    {
        (_rules, _time) = (rules, time);
        _bucket = options.Store is { Length: > 0 } address ? new(address, options.S3, time) : null;
    }

    /// <summary>Whether there is a store; otherwise the directory is the registry.</summary>
    public bool IsConfigured => _bucket is not null;

    /// <summary>Releases the connections.</summary>
    public void Dispose() => _bucket?.Dispose();

    /// <summary>Returns the complete versions.</summary>
    /// <param name="model">The model; null: all models.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ModelStoreException">The store cannot be used.</exception>
    public async Task<IReadOnlyList<StoredVersion>> ListAsync(string? model, CancellationToken cancellation)
    {
        if (_bucket is null)
            return [];
        var objects = await _bucket.ListAsync(model is null ? "" : $"{model}/", cancellation);
        return
        [
            .. from version in objects.Select(static item => (Item: item, Parts: item.Key.Split('/')))
                   .Where(static item => item.Parts.Length == 3)
                   .GroupBy(static item => (Model: item.Parts[0], Version: item.Parts[1]), static item => item.Item)
               let complete = version.FirstOrDefault(static item => item.Key.EndsWith($"/{Checksums}", StringComparison.Ordinal))
               where complete is not null && VersionPattern().IsMatch($"{version.Key.Model}/{version.Key.Version}")
               select new StoredVersion(
                   version.Key.Model, version.Key.Version, complete.ModifiedAt, version.Sum(static item => item.Bytes)),
        ];
    }

    /// <summary>Uploads the package of a version, and before it the package that it is an adapter of.</summary>
    /// <param name="root">The directory of the registry.</param>
    /// <param name="name">The version, as <c>MODEL/VERSION</c>.</param>
    /// <param name="mayReplace">Whether a version of that name that is another package is replaced.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>False if the store has another package of that name, which is not replaced.</returns>
    /// <exception cref="ModelStoreException">The store cannot be used; no part of the version is visible.</exception>
    public async Task<bool> UploadAsync(string root, string name, bool mayReplace, CancellationToken cancellation)
    {
        if (_bucket is null)
            return true;
        var directory = Path.Combine(root, name);
        var list = Path.Combine(directory, Checksums);
        if (!File.Exists(list))
            throw new ModelStoreException($"{directory} has no {Checksums}; import it with: streambert models import {directory}");
        using var stored = new MemoryStream();
        if (await _bucket.DownloadAsync($"{name}/{Checksums}", stored, cancellation))
        {
            var local = await File.ReadAllBytesAsync(list, cancellation);
            if (stored.ToArray().SequenceEqual(local))
                return true;
            if (!mayReplace)
                return false;
            await RemoveAsync(name, cancellation);
        }
        if (_rules.FindBase(name, directory) is { } basis && basis != name && Directory.Exists(Path.Combine(root, basis))
            && !await UploadAsync(root, basis, mayReplace: false, cancellation))
        {
            throw new ModelStoreException(
                $"The model store holds another package {basis} than {root}, so {name}, an adapter of it, cannot be stored.");
        }
        await UploadFilesAsync(name, directory, cancellation);
        return true;
    }

    /// <summary>
    /// Downloads a version that the directory lacks, and before it the package that it is an adapter of. The version appears in the
    /// directory when it is complete and its checksums are verified; an interrupted download is repeated.
    /// </summary>
    /// <inheritdoc cref="UploadAsync"/>
    /// <returns>Whether the directory has the version.</returns>
    /// <exception cref="ModelStoreException">The store cannot be used, or holds a damaged version.</exception>
    public async Task<bool> DownloadAsync(string root, string name, CancellationToken cancellation) =>
        Directory.Exists(Path.Combine(root, name))
        || (_bucket is not null && VersionPattern().IsMatch(name)
            && await new VersionDownload(_bucket, _rules, root, _time).RunAsync(name, cancellation));

    /// <summary>Removes a version, if it exists.</summary>
    /// <param name="name">The version, as <c>MODEL/VERSION</c>.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ModelStoreException">The store cannot be used.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellation)
    {
        if (_bucket is null)
            return;
        foreach (var item in (await _bucket.ListAsync($"{name}/", cancellation)).OrderBy(static item => !IsChecksums(item)))
            await _bucket.DeleteAsync(item.Key, cancellation);
    }

    /// <summary>Returns the version that a version in the store is an adapter of, beside it; null for other packages.</summary>
    /// <inheritdoc cref="RemoveAsync"/>
    public async Task<string?> FindBaseAsync(string name, CancellationToken cancellation)
    {
        if (_bucket is null)
            return null;
        var folder = Directory.CreateTempSubdirectory("streambert-manifest-");
        try
        {
            await using (var manifest = new FileStream(Path.Combine(folder.FullName, Manifest), FileMode.CreateNew))
            {
                if (!await _bucket.DownloadAsync($"{name}/{Manifest}", manifest, cancellation))
                    return null;
            }
            return _rules.ReadBase(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static bool IsChecksums(StoredObject item) => item.Key.EndsWith($"/{Checksums}", StringComparison.Ordinal);

    private async Task UploadFilesAsync(string name, string directory, CancellationToken cancellation)
    {
        var files = new DirectoryInfo(directory).EnumerateFiles().Where(static file => FilePattern().IsMatch(file.Name))
            .OrderBy(static file => file.Name == Checksums).ToList();
        var keys = files.Select(file => $"{name}/{file.Name}").ToHashSet();
        foreach (var foreign in (await _bucket!.ListAsync($"{name}/", cancellation)).Where(item => !keys.Contains(item.Key)))
            await _bucket.DeleteAsync(foreign.Key, cancellation); // of an interrupted upload
        foreach (var file in files)
            await _bucket.UploadAsync(file.FullName, $"{name}/{file.Name}", cancellation);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex VersionPattern();

    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    internal static partial Regex FilePattern();
}
