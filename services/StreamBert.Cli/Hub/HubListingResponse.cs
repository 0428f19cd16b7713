using System.Text.Json;

namespace StreamBert.Cli.Hub;

/// <summary>Represents the hub's JSON description of a repository.</summary>
internal sealed record HubListingResponse(string? Sha, IReadOnlyList<HubListingResponse.Sibling?>? Siblings)
{
    private const int Sha256Digits = 64;

    /// <param name="revision">The requested revision, for hubs that do not send a commit.</param>
    /// <exception cref="JsonException">The response lists no files, or a negative size.</exception>
    public HubListing ToListing(string revision)
    {
        var siblings = Siblings ?? throw new JsonException("it lists no files");
        var files = siblings.OfType<Sibling>().ToList();
        if (files.Find(static file => file.Size < 0 || file.Lfs?.Size < 0) is { } negative)
            throw new JsonException($"it lists a negative size for {negative.Rfilename}");
        return new(IsCommit(Sha) ? Sha! : revision, [.. files.Where(static file => file.Rfilename is not null).Select(ToFile)]);
    }

    /// <returns>The checksum in lower case, or null if the text is not a SHA-256.</returns>
    public static string? ParseSha256(string? text) =>
        text?.Length == Sha256Digits && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    private static HubFile ToFile(Sibling file) => new(file.Rfilename!, file.Lfs?.Size ?? file.Size, ParseSha256(file.Lfs?.Sha256));

    private static bool IsCommit(string? text) => text?.Length is 40 or 64 && text.All(char.IsAsciiHexDigit);

    internal sealed record Sibling(string? Rfilename, long? Size, Lfs? Lfs);

    internal sealed record Lfs(string? Sha256, long? Size);
}
