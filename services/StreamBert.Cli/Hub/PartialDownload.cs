using System.Net.Http.Headers;
using StreamBert.Contracts;

namespace StreamBert.Cli.Hub;

/// <summary>
/// Keeps the received part of a file as <c>NAME.part</c> until the file is complete and verified, with the entity tag of the file beside
/// it, so that the next attempt resumes if the server still has the same file.
/// </summary>
internal sealed class PartialDownload(string target)
{
    private const int MaxTagBytes = 4096;
    private readonly string _tagPath = target + ".etag";

    public string Path { get; } = target + ".part";

    public long Length => new FileInfo(Path).Length;

    /// <param name="expectedSize">The size of the complete file, or null if unknown.</param>
    /// <returns>The received bytes and the entity tag; 0 if an earlier attempt left nothing to resume.</returns>
    public (long Bytes, EntityTagHeaderValue? Tag) Find(long? expectedSize)
    {
        var bytes = File.Exists(Path) ? Length : 0;
        return bytes > 0 && bytes <= (expectedSize ?? long.MaxValue) && File.Exists(_tagPath)
            && EntityTagHeaderValue.TryParse(RegularFile.Text(_tagPath, MaxTagBytes), out var tag)
            ? (bytes, tag)
            : (0, null);
    }

    /// <summary>Keeps the entity tag of a new download. A weak tag does not guarantee identical bytes, so it is not kept.</summary>
    public void KeepTag(EntityTagHeaderValue? tag)
    {
        if (tag is { IsWeak: false })
            File.WriteAllText(_tagPath, tag.ToString());
        else
            File.Delete(_tagPath);
    }

    /// <summary>Moves the complete file to its name.</summary>
    public void Complete()
    {
        File.Move(Path, target, overwrite: true);
        File.Delete(_tagPath);
    }

    public void Discard()
    {
        File.Delete(Path);
        File.Delete(_tagPath);
    }
}
