using System.ComponentModel;
using System.Text.Json.Serialization;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Marks a field that clients may also send as a number, or as true or false: it is taken as it is written.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AcceptsScalarAttribute : Attribute;
