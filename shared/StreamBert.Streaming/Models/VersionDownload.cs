namespace StreamBert.Streaming.Models;

/// <summary>
/// Downloads versions into the directory of the registry, each with the package that it is an adapter of. A version gets its name when it
/// is complete and its checksums are verified; what a killed process has left is removed by the next download of that version.
/// </summary>
/// <param name="root">The directory of the registry.</param>
internal sealed class VersionDownload(S3Bucket bucket, PackageRules rules, string root, TimeProvider time)
{
    private const string PartialSuffix = ".download.partial";
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(200);

    /// <returns>False if the store has no such version.</returns>
    public Task<bool> RunAsync(string name, CancellationToken cancellation) => RunAsync(name, [], cancellation);

    /// <param name="adapters">The versions that are being downloaded, each of which is an adapter of the next one.</param>
    private async Task<bool> RunAsync(string name, IReadOnlyList<string> adapters, CancellationToken cancellation)
    {
        var target = Path.Combine(root, name);
        if (adapters.Contains(name))
            throw new ModelStoreException($"In the model store, {name} is an adapter of itself; remove it and import it again.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using (await LockAsync(target, cancellation))
        {
            if (Directory.Exists(target))
                return true;
            var partial = target + PartialSuffix;
            Delete(partial); // of a process that was killed
            try
            {
                if (!await DownloadFilesAsync(name, partial, cancellation))
                    return false;
                if (rules.FindBase(name, partial) is { } basis)
                    await RunAsync(basis, [.. adapters, name], cancellation); // or it is installed
                Verify(name, partial);
                Directory.Move(partial, target);
                return true;
            }
            finally
            {
                Delete(partial);
            }
        }
    }

    /// <returns>False if there is no such version.</returns>
    private async Task<bool> DownloadFilesAsync(string name, string directory, CancellationToken cancellation)
    {
        var objects = await bucket.ListAsync($"{name}/", cancellation);
        if (!objects.Any(ModelStore.IsChecksums))
            return false;
        Directory.CreateDirectory(directory);
        foreach (var (key, file) in objects.Select(item => (item.Key, item.Key[(name.Length + 1)..])))
        {
            if (!ModelStore.FilePattern().IsMatch(file))
                throw new ModelStoreException($"The model store holds {key}, which belongs to no package; remove that object.");
            await using var target = new FileStream(Path.Combine(directory, file), FileMode.CreateNew);
            if (!await bucket.DownloadAsync(key, target, cancellation))
                return false; // it is being removed
        }
        return true;
    }

    private void Verify(string name, string directory)
    {
        try
        {
            rules.Verify(directory);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ModelStoreException($"The model store holds a damaged {name}: {e.Message}", e);
        }
    }

    /// <summary>Waits until no other process downloads the version; the system releases the lock of a process that was killed.</summary>
    private async Task<FileStream> LockAsync(string target, CancellationToken cancellation)
    {
        var path = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.lock");
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(path))
            {
                await Task.Delay(LockInterval, time, cancellation);
            }
        }
    }

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }
}
