using System.ComponentModel;
using System.Text.Json.Serialization;

namespace StreamBert.Gateway.Ingestion;

/// <summary>A client's input is not valid. Nothing was written.</summary>
/// <param name="errors">Field (with its index where many were sent, such as <c>[3].label</c>) → what is wrong with it.</param>
public sealed class InvalidRequestException(IReadOnlyDictionary<string, string> errors)
    : Exception(string.Join(" ", errors.Select(static error => $"{error.Key}: {error.Value}")))
{
    public IReadOnlyDictionary<string, string> Errors { get; } = errors;
}
