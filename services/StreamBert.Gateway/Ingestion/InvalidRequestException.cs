namespace StreamBert.Gateway.Ingestion;

/// <summary>Reports that fields of a request are invalid and nothing was written.</summary>
/// <param name="errors">The error of each field; with several objects the field has its index, such as <c>[3].label</c>.</param>
public sealed class InvalidRequestException(IReadOnlyDictionary<string, string> errors)
    : Exception(string.Join(" ", errors.Select(static error => $"{error.Key}: {error.Value}")))
{
    /// <summary>The error of each field.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; } = errors;
}
