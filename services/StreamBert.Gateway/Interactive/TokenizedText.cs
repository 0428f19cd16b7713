using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;

namespace StreamBert.Gateway.Interactive;

/// <summary>A text as its model was asked to read it, and the tokens in it.</summary>
public sealed record TokenizedText(string Text, IReadOnlyList<TextToken> Tokens);
