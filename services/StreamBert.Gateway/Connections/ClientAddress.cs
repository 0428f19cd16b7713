using System.Net;
using System.Net.Sockets;

namespace StreamBert.Gateway.Connections;

/// <summary>Groups clients for limits: one IPv4 address, or one IPv6 /64 network, whose owner has 2^64 addresses.</summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    /// <summary>Names the group of an address; connections of a Unix socket have none.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null)
            return "local";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(address)
            ? $"{Convert.ToHexStringLower(address.GetAddressBytes(), 0, NetworkBytes)}::/64"
            : address.ToString();
    }
}
