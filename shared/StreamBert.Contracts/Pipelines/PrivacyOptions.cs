using System.Text.Json.Serialization;

namespace StreamBert.Contracts;

/// <summary>Configures what the log and the state store may contain of a text.</summary>
public sealed record PrivacyOptions
{
    /// <summary>The value of <see cref="ModelInput"/> for redacted texts.</summary>
    public const string Redacted = "redacted";

    /// <summary>The value of <see cref="ModelInput"/> for original texts.</summary>
    public const string Original = "original";

    /// <summary>Whether predictions contain the text, so that the dashboard and alerts can show it. Default: true.</summary>
    public bool KeepText { get; init; } = true;

    /// <summary>
    /// The types of personal data that are replaced by placeholders before a text is stored or shown: <c>email</c>, <c>phone</c>,
    /// <c>card</c>, <c>iban</c>, <c>id</c>, <c>ip</c>, <c>name</c>. The last needs a head that recognizes persons. Default: none.
    /// </summary>
    public IReadOnlyList<string> Redact { get; init; } = [];

    /// <summary>
    /// What the model reads: <c>redacted</c>, the default, or <c>original</c>, which is then stored sealed and needs <see
    /// cref="PerSubjectKeys"/>.
    /// </summary>
    public string ModelInput { get; init; } = Redacted;

    /// <summary>
    /// Whether every stored text of a subject is encrypted with the subject's key, so that deleting the key erases all of them. Default:
    /// false.
    /// </summary>
    public bool PerSubjectKeys { get; init; }

    /// <summary>Whether the model reads original texts.</summary>
    [JsonIgnore]
    public bool ModelReadsOriginal => ModelInput == Original;
}
