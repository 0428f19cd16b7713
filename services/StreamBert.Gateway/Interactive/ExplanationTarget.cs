using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Interactive;

/// <summary>What is to be explained.</summary>
/// <param name="Head">Null: the pipeline's first.</param>
/// <param name="Label">Null: the one predicted.</param>
public sealed record ExplanationTarget(string? Head = null, string? Label = null);
