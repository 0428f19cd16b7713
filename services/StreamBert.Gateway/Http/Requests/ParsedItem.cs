using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>An item of a request, and what became of the rest of it.</summary>
/// <param name="Ignored">Fields that are not known and are like no known one.</param>
/// <param name="ReplacedSurrogates">See <see cref="RecordJson.WithoutLoneSurrogates"/>.</param>
internal sealed record ParsedItem<T>(T Value, IReadOnlyList<string> Ignored, int ReplacedSurrogates);
