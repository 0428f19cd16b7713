using Microsoft.Extensions.Options;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;

namespace StreamBert.Tests.Privacy;

internal static class TestKeys
{
    /// <summary>Of parts whose pipelines seal nothing: no file is ever made.</summary>
    public static SubjectKeys None { get; }
        = new(Options.Create(new SubjectKeyOptions { Directory = Path.Combine(Path.GetTempPath(), "streambert-no-keys") }));

    /// <inheritdoc cref="None"/>
    public static SubjectVault NoVault { get; } = new(None);

    public static SubjectKeys In(string directory, string? masterKey = null)
        => new(Options.Create(new SubjectKeyOptions { Directory = directory, MasterKey = masterKey }));
}
