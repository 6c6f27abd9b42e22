// Program control-server is the control plane of the tailnet in test/tailnet: Tailscale's own test control server,
// with a DERP relay and a STUN server beside it, on one address. It grants every node HTTPS, as an administrator does
// who switches "HTTPS Certificates" on.
//
// It prints one line of JSON when it listens, and answers under /test/ to what an administrator would do:
//
//	POST /test/https?on=false   takes the right to HTTPS away from (or gives it back to) every node
//	POST /test/expire?on=true   lets every node key expire, or not
//	POST /test/jail?on=true     forbids every node to open connections to others, as an access rule would
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"

	"tailscale.com/derp/derpserver"
	"tailscale.com/net/stunserver"
	"tailscale.com/tailcfg"
	"tailscale.com/tstest/integration/testcontrol"
	"tailscale.com/types/key"
	"tailscale.com/types/logger"
)

var (
	address = flag.String("address", "10.99.0.1", "the address every node reaches this server under")
	port    = flag.Int("port", 9911, "the TCP port of the control server")
	domain  = flag.String("domain", "tail0000.ts.net", "the MagicDNS name of the tailnet")
)

func main() {
	flag.Parse()
	control := &testcontrol.Server{
		Logf:                    logger.Discard,
		DERPMap:                 relay(),
		ExplicitBaseURL:         fmt.Sprintf("http://%s:%d", *address, *port),
		MagicDNSDomain:          *domain,
		DNSConfig:               &tailcfg.DNSConfig{Proxied: true, Domains: []string{*domain}},
		AllOnline:               true,
		DefaultNodeCapabilities: new(https()),
	}
	mux := http.NewServeMux()
	mux.Handle("/", control)
	mux.HandleFunc("POST /test/https", func(w http.ResponseWriter, r *http.Request) {
		rights := tailcfg.NodeCapMap{}
		if r.FormValue("on") == "true" {
			rights = https()
		}
		for _, node := range control.AllNodes() {
			node.CapMap, node.Capabilities = rights, names(rights)
			control.UpdateNode(node)
			control.SetNodeCapMap(node.Key, rights)
		}
	})
	mux.HandleFunc("POST /test/expire", func(w http.ResponseWriter, r *http.Request) {
		control.SetExpireAllNodes(r.FormValue("on") == "true")
	})
	mux.HandleFunc("POST /test/jail", func(w http.ResponseWriter, r *http.Request) {
		nodes := control.AllNodes()
		for _, one := range nodes {
			for _, other := range nodes {
				if one.Key != other.Key {
					control.SetJailed(one.Key, other.Key, r.FormValue("on") == "true")
				}
			}
		}
	})
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", *address, *port))
	if err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]string{"url": control.ExplicitBaseURL})
	log.Fatal(http.Serve(listener, mux))
}

// https is the right to certificates, and to Funnel on the ports Tailscale allows.
func https() tailcfg.NodeCapMap {
	return tailcfg.NodeCapMap{
		tailcfg.CapabilityHTTPS:                                []tailcfg.RawMessage{},
		tailcfg.NodeAttrFunnel:                                 []tailcfg.RawMessage{},
		tailcfg.CapabilityFunnelPorts + "?ports=443,8443,10000": []tailcfg.RawMessage{},
	}
}

func names(rights tailcfg.NodeCapMap) []tailcfg.NodeCapability {
	all := []tailcfg.NodeCapability{}
	for name := range rights {
		all = append(all, name)
	}
	return all
}

// relay starts DERP and STUN; nodes in one network find each other directly, after a first packet through it.
func relay() *tailcfg.DERPMap {
	listener, err := net.Listen("tcp", net.JoinHostPort(*address, "0"))
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewUnstartedServer(derpserver.Handler(derpserver.New(key.NewNode(), logger.Discard)))
	server.Listener.Close()
	server.Listener = listener
	server.Config.ErrorLog = logger.StdLogger(logger.Discard)
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){}
	server.StartTLS()

	stun := stunserver.New(context.Background())
	if err := stun.Listen(net.JoinHostPort(*address, "0")); err != nil {
		log.Fatal(err)
	}
	go stun.Serve()

	return &tailcfg.DERPMap{Regions: map[int]*tailcfg.DERPRegion{1: {
		RegionID:   1,
		RegionCode: "test",
		Nodes: []*tailcfg.DERPNode{{
			Name: "1a", RegionID: 1, HostName: *address, IPv4: *address, IPv6: "none",
			DERPPort:         listener.Addr().(*net.TCPAddr).Port,
			STUNPort:         stun.LocalAddr().(*net.UDPAddr).Port,
			STUNTestIP:       *address,
			InsecureForTests: true,
		}},
	}}}
}
