using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// A value of a request that is not what its field takes. The message is a sentence without a subject, which is the field.
/// </summary>
internal sealed class FieldValueException(string message) : JsonException(message);
