using System.Text.Json;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Reports an invalid value of a field. The message is a predicate of the field.</summary>
internal sealed class FieldValueException(string message) : JsonException(message);
